//! Runs searches on a bounded number of blocking threads, so that no search ever blocks an async one, and shares those
//! threads out fairly.
//!
//! In: a closure, and the client it is run for. Out: its value, or [`Problem`] 503 when the queue is full or as long as
//! [`LONGEST_WAIT`], or 500 when the closure panicked. What a client has had is measured in processor time, and in time waited
//! for an engine on other machines, which is what a search costs there: of the clients that wait, the one that has had least
//! is next, but one that runs nothing and has waited for [`PATIENCE`] comes before all; the last free thread is for a client
//! that runs nothing. When the queue is full, the client that waits for most is refused. A search whose client has gone while
//! it waited is never run; one that runs keeps its thread until it ends, and an engine on other machines is told to end it.
//! When such an engine rejects something for want of room, half as many searches run at once, and one more for each round of
//! searches that it rejects nothing of: the room of a cluster is found as TCP finds that of a network (RFC 5681).

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::engine::remote::{Abandoned, Remote, run_watched};
use crate::http::client::Client;
use crate::request::limits::Limits;
use crate::request::problem::{Problem, ProblemKind};

/// Clients remembered although they ask for nothing.
const MAX_IDLE_CLIENTS: usize = 10_000;
/// Time that a search may have to wait for a thread, as the searches before it went. What comes when it is longer is refused
/// at once: a reader whose search waits for seconds asks again, and makes the queue longer.
const LONGEST_WAIT: Duration = Duration::from_millis(1_500);
/// Time after which a waiting client that runs nothing is served whatever it has had. Where hundreds wait, one dear search
/// would otherwise wait until each of them has had as much: 15 s among 256 readers.
const PATIENCE: Duration = Duration::from_millis(750);
/// Seconds of processor time that a rationed client may have at once, for each processor of its share.
const RATION_BURST: Duration = Duration::from_secs(10);

tokio::task_local! {
    static CLIENT: Client;
}

/// Runs `task` for `client`: the searches that it starts are the client's.
pub(crate) async fn run_for<F: Future>(client: Client, task: F) -> F::Output {
    CLIENT.scope(client, task).await
}

/// Returns the client that the current task runs for.
pub(crate) fn current_client() -> Client {
    CLIENT.try_with(|client| *client).unwrap_or_default()
}

/// A bounded number of threads, and the clients that wait for one.
#[derive(Clone)]
pub(crate) struct SearchPool(Arc<Mutex<State>>);

struct State {
    /// Threads, and those of them that run.
    threads: usize,
    running: usize,
    /// Threads that may run now: fewer than there are after an engine on other machines had too much to do.
    room: f32,
    /// Searches that may wait, and those that do.
    queue: usize,
    waiting: usize,
    /// Time that a search holds a thread, as the last ones did.
    pace: Duration,
    clients: HashMap<Client, Share>,
    /// Least time that a client which comes anew is taken to have had: it owes nothing, and is owed nothing.
    floor: Duration,
}

/// What one client has and wants.
#[derive(Default)]
struct Share {
    running: usize,
    waiting: VecDeque<Waiting>,
    /// Processor time, counted from the floor when the client came.
    had: Duration,
    /// Moment at which all its processor time so far is paid off.
    paid_off: Option<Instant>,
}

/// A search that waits, and since when.
struct Waiting {
    turn: oneshot::Sender<Result<Thread, Problem>>,
    since: Instant,
}

/// The right to run on a thread; given back when dropped.
struct Thread {
    /// Absent when it was never used.
    pool: Option<SearchPool>,
    client: Client,
    used: Duration,
    /// True if an engine on other machines had too much to do.
    was_rejected: bool,
    started: Instant,
}

/// Someone who waits for a search; when dropped, the search is abandoned.
#[derive(Default)]
struct Waits {
    abandoned: Abandoned,
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }
}

impl SearchPool {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(State {
            threads: limits.search_threads.max(1),
            running: 0,
            room: limits.search_threads.max(1) as f32,
            queue: limits.search_queue,
            waiting: 0,
            pace: Duration::ZERO,
            clients: HashMap::new(),
            floor: Duration::ZERO,
        })))
    }

    /// Runs `search` once a thread is free.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        search: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let client = current_client();
        let mut thread = match self.enter(client)? {
            Ok(thread) => thread,
            Err(turn) => turn.await.map_err(|_| busy())??,
        };
        let waits = Waits::default();
        let abandoned = Arc::clone(&waits.abandoned);
        // Moved in, so that the thread is held until the search ends and not only until its client leaves.
        let running = tokio::task::spawn_blocking(move || {
            let (found, used, was_rejected) = timed(|| run_watched(&abandoned, search));
            (thread.used, thread.was_rejected) = (used, was_rejected);
            drop(thread);
            found
        });
        let failed = "the search failed; try another query";
        let found = running.await;
        found.map_err(|_| Problem::new(ProblemKind::Internal, failed))
    }

    /// Returns how long `client` has to wait until it has paid off enough of the processor time it has had; a client may have
    /// half of the machine on average.
    pub(crate) fn overdrawn(&self, client: Client) -> Option<Duration> {
        let state = self.state();
        let paid_off = state.clients.get(&client)?.paid_off?;
        let ahead = paid_off.saturating_duration_since(Instant::now());
        let excess = ahead.saturating_sub(RATION_BURST);
        (client.is_rationed && !excess.is_zero()).then_some(excess)
    }

    fn enter(
        &self,
        client: Client,
    ) -> Result<Result<Thread, oneshot::Receiver<Result<Thread, Problem>>>, Problem> {
        let mut state = self.state();
        state.admit(client);
        if state.waiting == 0 && state.may_run(client) {
            return Ok(Ok(self.start(&mut state, client)));
        }
        if state.is_full() && !state.make_room(client) {
            return Err(busy());
        }
        let (turn, waits) = oneshot::channel();
        state.waiting += 1;
        let since = Instant::now();
        state
            .share(client)
            .waiting
            .push_back(Waiting { turn, since });
        self.hand_out(&mut state);
        Ok(Err(waits))
    }

    fn start(&self, state: &mut State, client: Client) -> Thread {
        state.running += 1;
        state.share(client).running += 1;
        Thread {
            pool: Some(self.clone()),
            client,
            used: Duration::ZERO,
            was_rejected: false,
            started: Instant::now(),
        }
    }

    /// Gives free threads to those that wait.
    fn hand_out(&self, state: &mut State) {
        while let Some(client) = state.next() {
            let first = state.share(client).waiting.pop_front();
            state.waiting -= 1;
            let turn = first.map(|waiting| waiting.turn);
            let Some(turn) = turn.filter(|turn| !turn.is_closed()) else {
                // Its client has gone.
                continue;
            };
            let thread = self.start(state, client);
            if let Err(Ok(mut thread)) = turn.send(Ok(thread)) {
                // It has gone this moment. Giving the thread back takes the lock, which is held here.
                state.running -= 1;
                state.share(client).running -= 1;
                thread.pool = None;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn share(&mut self, client: Client) -> &mut Share {
        self.clients.entry(client).or_default()
    }

    /// Returns true if one search more would wait too long, or there is no room for it.
    fn is_full(&self) -> bool {
        let wait = self.pace * self.waiting as u32 / self.room() as u32;
        self.waiting >= self.queue || wait > LONGEST_WAIT
    }

    /// Returns the number of threads that may run now.
    fn room(&self) -> usize {
        (self.room as usize).clamp(1, self.threads)
    }

    /// Notes whether an engine on other machines had too much to do for a search.
    fn note_room(&mut self, was_rejected: bool) {
        let room = if was_rejected {
            self.room / 2.0
        } else {
            self.room + 1.0 / self.room
        };
        self.room = room.clamp(1.0, self.threads as f32);
    }

    /// Lets a client that comes anew begin at the floor.
    fn admit(&mut self, client: Client) {
        let floor = self.floor;
        let share = self.share(client);
        if share.running == 0 && share.waiting.is_empty() {
            share.had = share.had.max(floor);
        }
    }

    /// Returns true if there is a thread for `client`; the last one is for a client that runs nothing.
    fn may_run(&self, client: Client) -> bool {
        let own = self.clients.get(&client).map_or(0, |share| share.running);
        let room = self.room();
        self.running < room && (own == 0 || self.running + 1 < room)
    }

    /// Returns the client that is next: of those that wait and may run, the one that has had least, or one that runs nothing
    /// and has waited too long.
    fn next(&mut self) -> Option<Client> {
        if self.running >= self.room() || self.waiting == 0 {
            return None;
        }
        if let Some(client) = self.kept_waiting() {
            return Some(client);
        }
        let waiting = self
            .clients
            .iter()
            .filter(|(_, share)| !share.waiting.is_empty());
        let able = waiting.filter(|(client, _)| self.may_run(**client));
        let (client, had) = able
            .map(|(client, share)| (*client, share.had))
            .min_by_key(|(client, had)| (*had, *client))?;
        self.floor = self.floor.max(had);
        Some(client)
    }

    /// Returns the client that has waited longest, if that is too long and it runs nothing.
    fn kept_waiting(&self) -> Option<Client> {
        let idle = self.clients.iter().filter(|(_, share)| share.running == 0);
        let since = |share: &Share| share.waiting.front().map(|first| first.since);
        let waiting = idle.filter_map(|(client, share)| Some((since(share)?, *client)));
        let (since, client) = waiting.min()?;
        (since.elapsed() >= PATIENCE).then_some(client)
    }

    /// Refuses one search of the client that waits for most, if that is not `client`; returns true if there is room now.
    fn make_room(&mut self, client: Client) -> bool {
        let most = self
            .clients
            .iter()
            .max_by_key(|(_, share)| share.waiting.len());
        let Some((greedy, count)) = most.map(|(client, share)| (*client, share.waiting.len()))
        else {
            return false;
        };
        let own = self.share(client).waiting.len();
        if count <= own + 1 {
            return false;
        }
        if let Some(last) = self.share(greedy).waiting.pop_back() {
            self.waiting -= 1;
            let _ = last.turn.send(Err(busy()));
        }
        true
    }

    /// Notes that a search of `client` has ended.
    fn end(&mut self, client: Client, used: Duration, took: Duration) {
        self.pace = (self.pace * 15 + took) / 16;
        self.running -= 1;
        let threads = self.threads as u32;
        let share = self.share(client);
        share.running -= 1;
        share.had += used;
        let now = Instant::now();
        // Half of the machine: two threads pay off a second in a second.
        let price = used * 2 / threads;
        share.paid_off = Some(share.paid_off.map_or(now, |paid_off| paid_off.max(now)) + price);
        if self.clients.len() > MAX_IDLE_CLIENTS {
            let is_kept = |share: &Share| {
                share.running > 0
                    || !share.waiting.is_empty()
                    || share.paid_off.is_some_and(|paid_off| paid_off > now)
            };
            self.clients.retain(|_, share| is_kept(share));
        }
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        let Some(pool) = self.pool.take() else { return };
        let mut state = pool.state();
        state.note_room(self.was_rejected);
        state.end(self.client, self.used, self.started.elapsed());
        pool.hand_out(&mut state);
    }
}

fn busy() -> Problem {
    Problem::new(
        ProblemKind::Busy,
        "too many searches are waiting; try again in a moment",
    )
}

/// Processor time that this thread has used, where the system tells.
fn processor_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};
        let time = clock_gettime(ClockId::ThreadCPUTime);
        let seconds = u64::try_from(time.tv_sec).ok()?;
        Some(Duration::new(seconds, u32::try_from(time.tv_nsec).ok()?))
    }
    #[cfg(not(unix))]
    None
}

/// Runs `search`, which returns what it has had of other machines. Returns the time that it waited for them and the processor
/// time it used, or the time where the system does not tell; and true if they had too much to do.
fn timed<T>(search: impl FnOnce() -> (T, Remote)) -> (T, Duration, bool) {
    let started = processor_time();
    let clock = Instant::now();
    let (found, remote) = search();
    let used = match (started, processor_time()) {
        (Some(from), Some(to)) => to.saturating_sub(from) + remote.waited,
        _ => clock.elapsed(),
    };
    (found, used, remote.rejected)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::engine::remote::{is_abandoned, note_rejected, wait_for};

    fn on_threads(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        runtime.expect("threads").block_on(test);
    }

    fn pool(threads: usize, queue: usize) -> SearchPool {
        SearchPool::new(&Limits {
            search_threads: threads,
            search_queue: queue,
            ..Limits::default()
        })
    }

    fn client(number: u8) -> Client {
        Client {
            address: std::net::Ipv4Addr::new(192, 0, 2, number).into(),
            port: 0,
            is_rationed: true,
            user: 0,
        }
    }

    /// Uses the processor for so long.
    fn work(milliseconds: u64) {
        let until = processor_time().expect("Unix") + Duration::from_millis(milliseconds);
        while processor_time().expect("Unix") < until {
            std::hint::spin_loop();
        }
    }

    #[test]
    #[cfg(unix)]
    fn who_has_had_least_is_next() {
        on_threads(async {
            let pool = pool(1, 100);
            let (sender, order) = channel();
            let ask = |number: u8, name: &'static str, milliseconds: u64| {
                let (pool, sender) = (pool.clone(), sender.clone());
                let search = move || {
                    work(milliseconds);
                    sender.send(name).expect("a listener");
                };
                tokio::spawn(run_for(
                    client(number),
                    async move { pool.run(search).await },
                ))
            };
            let mut asked = Vec::new();
            for _ in 0..6 {
                asked.push(ask(1, "greedy", 40));
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
            for _ in 0..3 {
                asked.push(ask(2, "modest", 1));
            }
            for one in asked {
                one.await.expect("no panic").expect("room");
            }
            let order: Vec<&str> = order.try_iter().collect();
            let last_modest = order.iter().rposition(|name| *name == "modest");
            assert!(last_modest < Some(6), "{order:?}");
        });
    }

    #[test]
    fn the_last_thread_is_for_who_runs_nothing() {
        on_threads(async {
            let pool = pool(2, 100);
            let (release, held) = channel::<()>();
            let held = Arc::new(Mutex::new(held));
            let greedy: Vec<_> = (0..4)
                .map(|_| {
                    let (pool, held) = (pool.clone(), Arc::clone(&held));
                    let wait = move || held.lock().expect("no panic").recv().is_err();
                    tokio::spawn(run_for(client(1), async move { pool.run(wait).await }))
                })
                .collect();
            tokio::time::sleep(Duration::from_millis(30)).await;
            let other = run_for(client(2), pool.run(|| 7));
            let found = tokio::time::timeout(Duration::from_secs(5), other).await;
            assert_eq!(found.expect("at once").expect("room"), 7);
            drop(release);
            for one in greedy {
                one.await.expect("no panic").expect("room");
            }
        });
    }

    #[test]
    fn when_the_queue_is_full_the_greediest_is_refused() {
        on_threads(async {
            let pool = pool(1, 3);
            let (release, held) = channel::<()>();
            let first = tokio::spawn(run_for(client(9), {
                let pool = pool.clone();
                async move { pool.run(move || held.recv().is_err()).await }
            }));
            tokio::time::sleep(Duration::from_millis(30)).await;
            let ask = |number: u8| {
                let pool = pool.clone();
                tokio::spawn(run_for(
                    client(number),
                    async move { pool.run(|| ()).await },
                ))
            };
            let mut greedy = Vec::new();
            for _ in 0..4 {
                greedy.push(ask(1));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let modest = ask(2);
            tokio::time::sleep(Duration::from_millis(30)).await;
            drop(release);
            first.await.expect("no panic").expect("room");
            assert!(modest.await.expect("no panic").is_ok());
            let mut refused = 0;
            for one in greedy {
                refused += usize::from(one.await.expect("no panic").is_err());
            }
            assert_eq!(refused, 2, "one for want of room, one for another client");
        });
    }

    #[test]
    fn a_queue_that_is_long_by_time_refuses_what_comes() {
        on_threads(async {
            let pool = pool(1, 1_000);
            let (release, held) = channel::<()>();
            let first = tokio::spawn(run_for(client(9), {
                let pool = pool.clone();
                async move { pool.run(move || held.recv().is_err()).await }
            }));
            tokio::time::sleep(Duration::from_millis(30)).await;
            pool.state().pace = LONGEST_WAIT / 4;
            let mut asked = Vec::new();
            for number in 10..20 {
                let pool = pool.clone();
                let search = async move { pool.run(|| ()).await };
                asked.push(tokio::spawn(run_for(client(number), search)));
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            drop(release);
            first.await.expect("no panic").expect("room");
            let mut answered = Vec::new();
            for one in asked {
                answered.push(one.await.expect("no panic").is_ok());
            }
            let expected: Vec<bool> = (0..10).map(|number| number < 5).collect();
            assert_eq!(
                answered, expected,
                "the first five wait for at most the longest wait"
            );
        });
    }

    #[test]
    fn who_has_had_much_and_runs_nothing_waits_only_so_long() {
        on_threads(async {
            let pool = pool(1, 1_000);
            let (release, held) = channel::<()>();
            let first = tokio::spawn(run_for(client(9), {
                let pool = pool.clone();
                async move { pool.run(move || held.recv().is_err()).await }
            }));
            tokio::time::sleep(Duration::from_millis(30)).await;
            let (sender, order) = channel();
            let ask = |number: u8| {
                let (pool, sender) = (pool.clone(), sender.clone());
                let search = move || sender.send(number).expect("a listener");
                tokio::spawn(run_for(
                    client(number),
                    async move { pool.run(search).await },
                ))
            };
            let asked = [ask(1), ask(2), ask(3)];
            tokio::time::sleep(Duration::from_millis(30)).await;
            {
                let mut state = pool.state();
                state.share(client(1)).had = Duration::from_secs(60);
                state.share(client(2)).had = Duration::from_secs(30);
                let waiting = &mut state.share(client(1)).waiting[0];
                waiting.since = waiting.since.checked_sub(PATIENCE).expect("a clock");
            }
            drop(release);
            first.await.expect("no panic").expect("room");
            for one in asked {
                one.await.expect("no panic").expect("room");
            }
            let order: Vec<u8> = order.try_iter().collect();
            assert_eq!(order, [1, 3, 2]);
        });
    }

    #[test]
    fn a_search_is_abandoned_when_its_client_goes_and_waiting_is_its_cost() {
        on_threads(async {
            let pool = pool(2, 10);
            let (sender, seen) = channel();
            let search = move || {
                let started = Instant::now();
                wait_for(|| {
                    while !is_abandoned() && started.elapsed() < Duration::from_secs(10) {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                });
                sender.send(is_abandoned()).expect("a listener");
            };
            let asked = run_for(client(1), pool.run(search));
            let left = tokio::time::timeout(Duration::from_millis(100), asked).await;
            assert!(left.is_err(), "the client goes");
            assert!(seen.recv().expect("it ends"));
            tokio::time::sleep(Duration::from_millis(50)).await;
            let had = pool.state().share(client(1)).had;
            assert!(had >= Duration::from_millis(90), "{had:?}");
        });
    }

    #[test]
    fn fewer_run_after_an_engine_had_too_much_to_do_and_more_again_later() {
        on_threads(async {
            let pool = pool(8, 10);
            let room = || pool.state().room();
            let ask = async |search: fn()| {
                let asked = run_for(client(1), pool.run(search));
                asked.await.expect("room");
            };
            ask(|| ()).await;
            assert_eq!(room(), 8, "never more than there are threads");
            for expected in [4, 2, 1, 1] {
                ask(note_rejected).await;
                assert_eq!(room(), expected);
            }
            let mut asked = 0;
            while room() < 8 {
                ask(|| ()).await;
                asked += 1;
            }
            assert!((8..60).contains(&asked), "{asked} searches");
        });
    }

    #[test]
    #[cfg(unix)]
    fn processor_time_is_rationed() {
        on_threads(async {
            let pool = pool(2, 10);
            run_for(client(1), pool.run(|| work(5)))
                .await
                .expect("room");
            assert_eq!(pool.overdrawn(client(1)), None, "well within the burst");
            pool.state().share(client(1)).paid_off = Some(Instant::now() + RATION_BURST * 2);
            let wait = pool.overdrawn(client(1)).expect("overdrawn");
            assert!(wait > RATION_BURST / 2 && wait <= RATION_BURST, "{wait:?}");
            assert_eq!(pool.overdrawn(client(2)), None);
        });
    }
}
