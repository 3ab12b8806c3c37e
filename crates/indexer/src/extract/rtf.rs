//! Reads Rich Text Format: paragraphs and rows, in the code pages that its groups and fonts name.
//!
//! A reader of our own: the crates for RTF know neither the double-byte code pages that Chinese files use nor Unicode with its
//! fallbacks. A footnote follows its paragraph; headers, footers and comments follow the text. Groups are kept on a stack of bounded height; what is broken ends the text where it stands.

use std::collections::HashMap;

use encoding_rs::Encoding;
use polidex_schema::record::Role;

use crate::declared::Declared;
use crate::extract::fields::{fill, is_placeholder};
use crate::extract::flow::Flow;
use crate::extract::limits::MAX_RTF_DEPTH;
use crate::extract::running::RunningLines;
use crate::structure::StructuredText;

/// Reads a file; `notes` gets a line when it breaks off.
pub(crate) fn read_rtf(bytes: &[u8], notes: &mut Vec<String>) -> (StructuredText, Declared) {
    let mut reader = Reader::new(bytes);
    reader.flow.open_paragraph(Role::Paragraph);
    reader.run(notes);
    reader.flush();
    let mut declared = Declared::default();
    if !is_placeholder(&reader.title) {
        fill(&mut declared.file_title, &reader.title);
    }
    (reader.finish(), declared)
}

/// Destination of a group's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Destination {
    #[default]
    Text,
    /// A footnote or an endnote.
    Note,
    /// A header, a footer or a comment.
    Running,
    /// The table of fonts: their code pages are noted.
    Fonts,
    Title,
    /// Pictures, styles, field codes and all that a reader does not see.
    Nowhere,
}

#[derive(Clone, Debug, Default)]
struct Group {
    destination: Destination,
    font: i32,
    /// Characters that stand after a `\u` for readers without Unicode.
    fallback_len: usize,
    is_hidden: bool,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    groups: Vec<Group>,
    code_page: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    flow: Flow,
    running: RunningLines,
    /// The line of a header that is being read.
    running_line: String,
    title: String,
    /// Bytes of a code page that are not decoded yet: a character may have two.
    pending: Vec<u8>,
    /// Fallback characters still to be passed over.
    skip: usize,
    /// The first half of a character beyond the basic plane.
    high: Option<u16>,
    is_in_row: bool,
}

/// Headers and footers of left, right and first pages, and comments.
const RUNNING: [&str; 9] = [
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "annotation",
];

/// Destinations whose text no reader sees. Any other that is marked with `\*` is one, too.
const NOWHERE: [&str; 18] = [
    "stylesheet",
    "colortbl",
    "pict",
    "object",
    "fldinst",
    "author",
    "operator",
    "creatim",
    "revtim",
    "printim",
    "comment",
    "doccomm",
    "keywords",
    "listtable",
    "themedata",
    "datastore",
    "xmlnstbl",
    "nonshppict",
];

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            groups: vec![Group {
                fallback_len: 1,
                ..Group::default()
            }],
            code_page: encoding_rs::WINDOWS_1252,
            fonts: HashMap::new(),
            flow: Flow::default(),
            running: RunningLines::default(),
            running_line: String::new(),
            title: String::new(),
            pending: Vec::new(),
            skip: 0,
            high: None,
            is_in_row: false,
        }
    }

    fn run(&mut self, notes: &mut Vec<String>) {
        let mut beyond = 0_usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' if self.groups.len() >= MAX_RTF_DEPTH => beyond += 1,
                b'{' => {
                    self.flush();
                    self.groups.push(self.group().clone());
                }
                b'}' if beyond > 0 => beyond -= 1,
                b'}' => self.close_group(),
                b'\\' => self.control(),
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
        }
        if self.groups.len() > 1 {
            notes.push("RTF is cut off: a group is not closed".to_owned());
        }
    }

    fn close_group(&mut self) {
        self.flush();
        if self.groups.len() == 1 {
            return;
        }
        let closed = self.group().destination;
        self.groups.pop();
        if closed == self.group().destination {
            return;
        }
        match closed {
            Destination::Note => self.flow.close_paragraph(),
            Destination::Running => self.end_running_line(),
            _ => {}
        }
    }

    fn end_running_line(&mut self) {
        let line = std::mem::take(&mut self.running_line);
        self.running.push(&line);
    }

    /// The text, and what runs along it behind it.
    fn finish(mut self) -> StructuredText {
        while self.flow.is_in_paragraph() {
            self.flow.close_paragraph();
        }
        self.table("row");
        self.running.write(&mut self.flow);
        self.flow.finish()
    }

    fn group(&self) -> &Group {
        self.groups
            .last()
            .expect("the outermost group is never closed")
    }

    fn group_mut(&mut self) -> &mut Group {
        self.groups
            .last_mut()
            .expect("the outermost group is never closed")
    }

    /// A control word with its number, or a control symbol.
    fn control(&mut self) {
        let Some(&first) = self.bytes.get(self.at) else {
            return;
        };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return self.symbol(first);
        }
        let start = self.at;
        self.skip_while(u8::is_ascii_alphabetic);
        let word = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        let number = self.number();
        self.skip_one(b' ');
        self.word(&word, number);
    }

    /// Reads the number behind a control word.
    fn number(&mut self) -> Option<i32> {
        let start = self.at;
        self.skip_one(b'-');
        self.skip_while(u8::is_ascii_digit);
        let digits = std::str::from_utf8(&self.bytes[start..self.at]).ok()?;
        digits.parse().ok()
    }

    fn skip_while(&mut self, is_skipped: fn(&u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(is_skipped) {
            self.at += 1;
        }
    }

    fn skip_one(&mut self, byte: u8) {
        if self.bytes.get(self.at) == Some(&byte) {
            self.at += 1;
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\'' => {
                let digits = self
                    .bytes
                    .get(self.at..self.at + 2)
                    .and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.at += 2;
                    self.byte(byte);
                }
            }
            b'*' => self.group_mut().destination = Destination::Nowhere,
            b'~' => self.text("\u{A0}"),
            b'_' => self.text("\u{2011}"),
            b'-' => {}
            b'\r' | b'\n' => self.word("par", None),
            b'\\' | b'{' | b'}' => self.byte(symbol),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        if word == "u" {
            return self.unicode(number.unwrap_or(0));
        }
        self.flush();
        self.skip = 0;
        if let Some(text) = text_of_word(word) {
            return self.text(text);
        }
        match word {
            "uc" => self.group_mut().fallback_len = number.unwrap_or(1).clamp(0, 16) as usize,
            "bin" => self.skip_bytes(number.unwrap_or(0)),
            "ansicpg" => self.code_page = encoding_of(number.unwrap_or(1252)),
            "f" => self.group_mut().font = number.unwrap_or(0),
            "fcharset" => self.note_charset(number.unwrap_or(0)),
            "v" => self.group_mut().is_hidden = number != Some(0),
            "plain" => self.group_mut().is_hidden = false,
            "par" | "sect" | "page" => self.end_paragraph(),
            "trowd" | "cell" | "row" => self.table(word),
            _ => self.destination(word),
        }
    }

    fn skip_bytes(&mut self, count: i32) {
        let end = self.at.saturating_add(count.max(0) as usize);
        self.at = end.min(self.bytes.len());
    }

    fn note_charset(&mut self, charset: i32) {
        if self.group().destination != Destination::Fonts {
            return;
        }
        let font = self.group().font;
        if let Some(encoding) = encoding_of_charset(charset) {
            self.fonts.insert(font, encoding);
        }
    }

    fn table(&mut self, word: &str) {
        match word {
            "trowd" if !self.is_in_row && self.is_text() => {
                self.is_in_row = true;
                self.flow.open_row();
            }
            "cell" if self.is_text() => {
                self.end_paragraph();
                self.flow.close_cell();
            }
            "row" if self.is_in_row => {
                self.flow.close_row();
                self.is_in_row = false;
            }
            _ => {}
        }
    }

    /// Sends the text of the group where its first word says.
    fn destination(&mut self, word: &str) {
        let destination = match word {
            "fonttbl" => Destination::Fonts,
            "title" if self.is_info() => Destination::Title,
            "info" => Destination::Nowhere,
            word if NOWHERE.contains(&word) => Destination::Nowhere,
            "footnote" if self.is_in_text() => Destination::Note,
            word if RUNNING.contains(&word) && self.is_in_text() => Destination::Running,
            _ => return,
        };
        if destination == Destination::Note {
            self.flow.open_paragraph(Role::Paragraph);
        }
        self.group_mut().destination = destination;
    }

    fn is_info(&self) -> bool {
        self.groups
            .iter()
            .any(|group| group.destination == Destination::Nowhere)
    }

    fn is_text(&self) -> bool {
        matches!(
            self.group().destination,
            Destination::Text | Destination::Note
        )
    }

    /// Returns true for a group within the text, whatever a mark at its beginning says of itself.
    fn is_in_text(&self) -> bool {
        let around = self.groups.len().checked_sub(2);
        around.is_some_and(|around| self.groups[around].destination == Destination::Text)
    }

    fn end_paragraph(&mut self) {
        self.flush();
        if self.is_text() {
            self.flow.close_paragraph();
            self.flow.open_paragraph(Role::Paragraph);
        } else if self.group().destination == Destination::Running {
            self.end_running_line();
        }
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        // Numbers are signed 16-bit; characters beyond come as two halves.
        let unit = number as u16;
        match (self.high.take(), unit) {
            (_, 0xD800..=0xDBFF) => self.high = Some(unit),
            (Some(high), 0xDC00..=0xDFFF) => self.text(&String::from_utf16_lossy(&[high, unit])),
            _ => self.text(&String::from_utf16_lossy(&[unit])),
        }
        self.skip = self.group().fallback_len;
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.pending.push(byte);
    }

    /// Decodes the bytes that have come together.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let encoding = self
            .fonts
            .get(&self.group().font)
            .copied()
            .unwrap_or(self.code_page);
        let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
        self.put(&text);
    }

    fn text(&mut self, text: &str) {
        self.flush();
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        match self.group().destination {
            _ if self.group().is_hidden => {}
            Destination::Text | Destination::Note => self.flow.text(text),
            Destination::Running => self.running_line.push_str(text),
            Destination::Title => self.title.push_str(text),
            _ => {}
        }
    }
}

/// Text that a control word stands for.
fn text_of_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "line" => "\n",
        "tab" => "\t",
        "emdash" => "—",
        "endash" => "–",
        "bullet" => "•",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "emspace" | "enspace" => " ",
        _ => return None,
    })
}

/// The encoding of a code page; windows-1252 for one that is not known.
fn encoding_of(code_page: i32) -> &'static Encoding {
    let label = match code_page {
        936 => "gbk",
        950 => "big5",
        932 => "shift_jis",
        949 => "euc-kr",
        54936 => "gb18030",
        65001 => "utf-8",
        number => {
            return Encoding::for_label(format!("windows-{number}").as_bytes())
                .unwrap_or(encoding_rs::WINDOWS_1252);
        }
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// The encoding that a font's charset stands for; `None` for those that mean the file's own.
fn encoding_of_charset(charset: i32) -> Option<&'static Encoding> {
    Some(encoding_of(match charset {
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rtf: &str) -> String {
        read_rtf(rtf.as_bytes(), &mut Vec::new()).0.text
    }

    #[test]
    fn code_pages_unicode_and_tables_are_read() {
        let rtf = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset136 MingLiU;}{\f2\fcharset0 Arial;}}{\info{\title Paper}{\author x}}
\f0 \'d0\'c2\'d6\'ca\f1 \'ab\'4f\par \f2\uc1\u29983?\u20135?\u21147? {\b bold} \{x\}{\*\generator Word;}\par{\v hidden}
\trowd one\cell two\cell\row last}";
        assert_eq!(read(rtf), "新质保\n\n生产力 bold {x}\n\none\ttwo\n\nlast");
        let (_, declared) = read_rtf(rtf.as_bytes(), &mut Vec::new());
        assert_eq!(declared.file_title.as_deref(), Some("Paper"));
    }

    #[test]
    fn notes_follow_their_paragraph_and_headers_the_text() {
        let rtf = r"{\rtf1{\header Bureau\par Page {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}{\footerl Draft}\
One{\super \chftn}{\*\footnote \chftn A note.\par More.} goes on.\par Two{\footnote B} ends.{\*\annotation Why?}\par
\trowd x{\footnote C}\cell y\cell\row last{\footnote D";
        assert_eq!(
            read(rtf),
            "One goes on.\n\nA note.\n\nMore.\n\nTwo ends.\n\nB\n\nx\nC\ty\n\nlast\n\nD\n\nBureau\n\nDraft\n\nWhy?"
        );
    }

    #[test]
    fn depth_and_cuts_are_borne() {
        let deep = format!("{{\\rtf1 a{}b", "{".repeat(100_000));
        let mut notes = Vec::new();
        assert_eq!(read_rtf(deep.as_bytes(), &mut notes).0.text, "ab");
        assert_eq!(notes.len(), 1);
        assert_eq!(read("{\\rtf1 \\u-10179?\\u-8704? \\'"), "😀");
        assert_eq!(read("{\\rtf1 a\\bin99999999 b"), "a");
    }
}
