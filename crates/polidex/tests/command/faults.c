/*
 * Faults of a disk, put between the program and the C library: cc -shared -fPIC -o faults.so faults.c -ldl
 *
 * Counts what a process does to the files below FAULT_BELOW. The operation of number FAULT_AT, counted from 1, is the last: the
 * process is killed in the middle of it (FAULT_DOES=kill), or it fails with the error of that number (FAULT_DOES=28), and so do
 * all that follow it where FAULT_LASTS is set. FAULT_ON says which operations count, a letter each:
 *
 *   o  a file is opened to be read          r  bytes are read
 *   c  a file is opened to be written       w  bytes are written
 *   s  a file or folder is synced           n  a name is made, moved or taken away
 *
 * FAULT_LOG names a file that gets a line for each operation, before it is done: its letter, its path, where a name is moved to,
 * and of a sync the number of the file and the bytes that it has. Files are known by what is opened here, so a reader of documents, which may ask the system for nothing,
 * asks it for nothing more.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096

static char *paths[FILES];
static atomic_long count;
static const char *below;
static const char *on;
static long at;
static int fails_with;
static int lasts;
static int log_file = -1;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  below = getenv("FAULT_BELOW");
  on = getenv("FAULT_ON");
  const char *number = getenv("FAULT_AT"), *does = getenv("FAULT_DOES"), *log = getenv("FAULT_LOG");
  at = number ? atol(number) : 0;
  fails_with = does ? atoi(does) : 0; /* 0 for kill */
  lasts = getenv("FAULT_LASTS") != NULL;
  if (below && log) {
    int (*real_open)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    log_file = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
}

static int is_below(const char *path) {
  return below && path && strncmp(path, below, strlen(below)) == 0;
}

static const char *path_of(int file) {
  return file >= 0 && file < FILES ? paths[file] : NULL;
}

static void note(char kind, const char *path, const char *more, int file) {
  char line[2048];
  struct stat state;
  if (log_file < 0) return;
  int is_known = kind == 's' && file >= 0 && fstat(file, &state) == 0;
  long bytes = is_known ? (long)state.st_size : 0, id = is_known ? (long)state.st_ino : 0;
  int length = snprintf(line, sizeof line, "%c\t%s\t%s\t%ld\t%ld\n", kind, path, more ? more : "", id, bytes);
  ssize_t (*real_write)(int, const void *, size_t) = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  if (length > 0) real_write(log_file, line, (size_t)length);
}

/* Returns true for an operation that is to fail; *dies for the one in whose middle the process ends. */
static int meets(char kind, const char *path, const char *more, int file, int *dies) {
  *dies = 0;
  if (!path || (on && !strchr(on, kind))) return 0;
  long number = atomic_fetch_add(&count, 1) + 1;
  if (at > 0 && (number == at || (lasts && number > at))) {
    if (fails_with) {
      errno = fails_with;
      return 1;
    }
    *dies = number == at;
    return 0;
  }
  note(kind, path, more, file);
  return 0;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* For operations that are done or not: the process ends before it. */
#define OR_FAIL(kind, path, more, file) \
  do { \
    int dies; \
    if (meets(kind, path, more, file, &dies)) return -1; \
    if (dies) die(); \
  } while (0)

static void opened(int file, const char *path) {
  if (file >= 0 && file < FILES) {
    free(paths[file]);
    paths[file] = strdup(path);
  }
}

static char kind_of(int flags) {
  return flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC) ? 'c' : 'o';
}

#define OPENS(name, arguments) \
  { \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { \
      va_list more; \
      va_start(more, flags); \
      mode = va_arg(more, mode_t); \
      va_end(more); \
    } \
    if (!is_below(path)) return real arguments; \
    OR_FAIL(kind_of(flags), path, NULL, -1); \
    int file = real arguments; \
    opened(file, path); \
    return file; \
  }

int open(const char *path, int flags, ...) OPENS(open, (path, flags, mode))
int open64(const char *path, int flags, ...) OPENS(open64, (path, flags, mode))
int openat(int folder, const char *path, int flags, ...) OPENS(openat, (folder, path, flags, mode))
int openat64(int folder, const char *path, int flags, ...) OPENS(openat64, (folder, path, flags, mode))

int close(int file) {
  REAL(close);
  if (file >= 0 && file < FILES && paths[file]) {
    free(paths[file]);
    paths[file] = NULL;
  }
  return real(file);
}

ssize_t write(int file, const void *bytes, size_t length) {
  REAL(write);
  int dies;
  if (meets('w', path_of(file), NULL, file, &dies)) return -1;
  if (dies) {
    real(file, bytes, length / 2);
    die();
  }
  return real(file, bytes, length);
}

ssize_t writev(int file, const struct iovec *parts, int number) {
  REAL(writev);
  OR_FAIL('w', path_of(file), NULL, file);
  return real(file, parts, number);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t place) {
  REAL(pwrite64);
  OR_FAIL('w', path_of(file), NULL, file);
  return real(file, bytes, length, place);
}

ssize_t copy_file_range(int from, off64_t *from_place, int to, off64_t *to_place, size_t length, unsigned flags) {
  REAL(copy_file_range);
  OR_FAIL('w', path_of(to), NULL, to);
  return real(from, from_place, to, to_place, length, flags);
}

ssize_t read(int file, void *bytes, size_t length) {
  REAL(read);
  OR_FAIL('r', path_of(file), NULL, file);
  return real(file, bytes, length);
}

ssize_t pread64(int file, void *bytes, size_t length, off64_t place) {
  REAL(pread64);
  OR_FAIL('r', path_of(file), NULL, file);
  return real(file, bytes, length, place);
}

int fsync(int file) {
  REAL(fsync);
  OR_FAIL('s', path_of(file), NULL, file);
  return real(file);
}

int fdatasync(int file) {
  REAL(fdatasync);
  OR_FAIL('s', path_of(file), NULL, file);
  return real(file);
}

#define NAMES(name, parameters, path, more, arguments) \
  int name parameters { \
    REAL(name); \
    if (is_below(path)) OR_FAIL('n', path, more, -1); \
    return real arguments; \
  }

NAMES(rename, (const char *from, const char *to), from, to, (from, to))
NAMES(renameat, (int a, const char *from, int b, const char *to), from, to, (a, from, b, to))
NAMES(link, (const char *from, const char *to), to, from, (from, to))
NAMES(linkat, (int a, const char *from, int b, const char *to, int flags), to, from, (a, from, b, to, flags))
NAMES(unlink, (const char *path), path, NULL, (path))
NAMES(mkdir, (const char *path, mode_t mode), path, NULL, (path, mode))
NAMES(rmdir, (const char *path), path, NULL, (path))

int unlinkat(int folder, const char *path, int flags) {
  REAL(unlinkat);
  OR_FAIL('n', is_below(path) ? path : path_of(folder), path, -1);
  return real(folder, path, flags);
}
