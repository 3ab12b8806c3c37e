//! Names the character sets a text may have been written in, or wrongly read in.

/// A character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// ISO 8859-1 proper: every byte is the code point of the same number.
    Latin1,
    /// windows-1252, with the five unassigned bytes as controls, as every reader has it.
    Windows1252,
    /// windows-1250: Central Europe.
    Windows1250,
    /// windows-1251: Cyrillic.
    Windows1251,
    /// windows-1253: Greek.
    Windows1253,
    /// windows-1254: Turkish.
    Windows1254,
    /// windows-1257: the Baltic states.
    Windows1257,
    /// KOI8-R: Russian.
    Koi8R,
    /// Mac OS Roman.
    MacRoman,
    /// Code page 437: DOS in America.
    Cp437,
    /// Code page 850: DOS in Western Europe.
    Cp850,
    /// Code page 855: DOS Cyrillic.
    Cp855,
    /// Code page 852: DOS in Central Europe.
    Cp852,
    /// Code page 866: DOS Cyrillic, as Russia has it.
    Cp866,
    /// ISO 8859-2: Central Europe.
    Iso8859_2,
    /// PDFDocEncoding: the strings of a PDF, its title among them.
    PdfDoc,
    /// GB 18030, which holds GBK and GB 2312.
    Gb18030,
    /// Big5 with HKSCS.
    Big5,
    /// Big5 as Windows has it, with kana and Cyrillic where HKSCS has its own.
    Cp950,
    /// `Shift_JIS` with the extensions of windows-31J.
    ShiftJis,
    /// EUC-JP.
    EucJp,
    /// EUC-KR with the extension of windows-949.
    EucKr,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl Charset {
    /// Every set, once.
    pub const ALL: [Self; 25] = [
        Self::Utf8,
        Self::Latin1,
        Self::Windows1252,
        Self::Windows1250,
        Self::Windows1251,
        Self::Windows1253,
        Self::Windows1254,
        Self::Windows1257,
        Self::Koi8R,
        Self::MacRoman,
        Self::Cp437,
        Self::Cp850,
        Self::Cp855,
        Self::Cp852,
        Self::Cp866,
        Self::Iso8859_2,
        Self::PdfDoc,
        Self::Gb18030,
        Self::Big5,
        Self::Cp950,
        Self::ShiftJis,
        Self::EucJp,
        Self::EucKr,
        Self::Utf16Le,
        Self::Utf16Be,
    ];

    /// Stable, short name for records: `gb18030`, `windows-1252`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::Latin1 => "latin1",
            Self::Windows1252 => "windows-1252",
            Self::Windows1250 => "windows-1250",
            Self::Windows1251 => "windows-1251",
            Self::Windows1253 => "windows-1253",
            Self::Windows1254 => "windows-1254",
            Self::Windows1257 => "windows-1257",
            Self::Koi8R => "koi8-r",
            Self::MacRoman => "mac-roman",
            Self::Cp437 => "cp437",
            Self::Cp850 => "cp850",
            Self::Cp855 => "cp855",
            Self::Cp852 => "cp852",
            Self::Cp866 => "cp866",
            Self::Iso8859_2 => "iso-8859-2",
            Self::PdfDoc => "pdfdoc",
            Self::Gb18030 => "gb18030",
            Self::Big5 => "big5",
            Self::Cp950 => "cp950",
            Self::ShiftJis => "shift-jis",
            Self::EucJp => "euc-jp",
            Self::EucKr => "euc-kr",
            Self::Utf16Le => "utf16le",
            Self::Utf16Be => "utf16be",
        }
    }

    /// Returns the set of this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|charset| charset.name() == name)
    }
}
