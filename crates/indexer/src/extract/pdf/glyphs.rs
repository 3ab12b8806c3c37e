//! Runs the content of a page and notes every glyph that is shown: its text, where it stands and which way it runs.
//!
//! Only what text needs is carried out: matrices, fonts, forms. Colours, paths and images are passed over, so the costly and
//! most attacked parts of a PDF engine are not even compiled in. Everything is bounded: forms within forms, the stack
//! of states, glyphs of a page.

use std::rc::Rc;

use hayro_font::FontCache;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::font::PdfFont;
use super::matrix::Matrix;

/// A glyph on a page, in points; x grows to the right, y downwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glyph {
    /// What it says; empty when nothing tells.
    pub(crate) text: String,
    /// Where its baseline begins.
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Its advance, a vector: horizontal text runs to the right.
    pub(crate) advance: (f64, f64),
    /// Height of the font.
    pub(crate) size: f64,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(crate) struct PageGlyphs {
    pub(crate) glyphs: Vec<Glyph>,
    /// Glyphs that no map gives a text for.
    pub(crate) unmapped: usize,
    /// Whether it shows images.
    pub(crate) has_images: bool,
    /// Whether it has more glyphs than are read.
    pub(crate) is_cut: bool,
}

/// A page of a newspaper has 30,000.
const MAX_GLYPHS: usize = 400_000;
/// Forms within forms.
const MAX_FORM_DEPTH: usize = 12;
/// Forms drawn on one page, however often the same.
const MAX_FORMS: usize = 5_000;
const MAX_STATES: usize = 256;

/// Reads the glyphs of `page`, then those of its filled-in form fields.
pub(crate) fn read_glyphs<'a>(page: &Page<'a>, fonts: &FontCache<'a>) -> PageGlyphs {
    let mut interpreter = Interpreter {
        fonts,
        known: Vec::new(),
        shown: PageGlyphs::default(),
        forms: 0,
    };
    interpreter.run(
        page.typed_operations(),
        page.resources(),
        Matrix::IDENTITY,
        0,
    );
    let annotations = page.raw().get::<Array<'_>>(b"Annots".as_slice());
    for annotation in annotations
        .iter()
        .flat_map(|annotations| annotations.iter::<Dict<'_>>())
    {
        interpreter.run_annotation(&annotation, page.resources());
    }
    interpreter.shown
}

struct Interpreter<'f, 'a> {
    fonts: &'f FontCache<'a>,
    /// Fonts met so far, by their dictionary.
    known: Vec<(Dict<'a>, Option<Rc<PdfFont<'a>>>)>,
    shown: PageGlyphs,
    forms: usize,
}

#[derive(Clone)]
struct State<'a> {
    to_page: Matrix,
    font: Option<Rc<PdfFont<'a>>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Text that a stretch of marked content declares to stand for its glyphs.
struct Marked {
    actual_text: Option<String>,
    first_glyph: usize,
    /// Whether it is a running header or footer by its own word.
    is_pagination: bool,
}

impl<'a> Interpreter<'_, 'a> {
    fn run(
        &mut self,
        mut operations: TypedIter<'_>,
        resources: &Resources<'a>,
        to_page: Matrix,
        depth: usize,
    ) {
        let mut state = State {
            to_page,
            font: None,
            size: 1.0,
            character_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut states: Vec<State<'a>> = Vec::new();
        let mut marks: Vec<Marked> = Vec::new();
        let (mut text, mut line) = (Matrix::IDENTITY, Matrix::IDENTITY);
        while let Some(operation) = operations.next() {
            match operation {
                TypedInstruction::SaveState(_) if states.len() < MAX_STATES => {
                    states.push(state.clone())
                }
                TypedInstruction::RestoreState(_) => state = states.pop().unwrap_or(state),
                TypedInstruction::Transform(t) => {
                    let matrix =
                        Matrix([&t.0, &t.1, &t.2, &t.3, &t.4, &t.5].map(|number| number.as_f64()));
                    state.to_page = matrix.then(&state.to_page);
                }
                TypedInstruction::TextFont(font) => {
                    state.font = resources.get_font(font.0).and_then(|dict| self.font(dict));
                    state.size = font.1.as_f64();
                }
                TypedInstruction::CharacterSpacing(space) => {
                    state.character_space = space.0.as_f64()
                }
                TypedInstruction::WordSpacing(space) => state.word_space = space.0.as_f64(),
                TypedInstruction::HorizontalScaling(scale) => {
                    state.stretch = scale.0.as_f64() / 100.0
                }
                TypedInstruction::TextLeading(leading) => state.leading = leading.0.as_f64(),
                TypedInstruction::TextRise(rise) => state.rise = rise.0.as_f64(),
                TypedInstruction::BeginText(_) => {
                    (text, line) = (Matrix::IDENTITY, Matrix::IDENTITY)
                }
                TypedInstruction::SetTextMatrix(t) => {
                    line =
                        Matrix([&t.0, &t.1, &t.2, &t.3, &t.4, &t.5].map(|number| number.as_f64()));
                    text = line;
                }
                TypedInstruction::NextLine(by) => {
                    line = Matrix::translation(by.0.as_f64(), by.1.as_f64()).then(&line);
                    text = line;
                }
                TypedInstruction::NextLineAndSetLeading(by) => {
                    state.leading = -by.1.as_f64();
                    line = Matrix::translation(by.0.as_f64(), by.1.as_f64()).then(&line);
                    text = line;
                }
                TypedInstruction::NextLineUsingLeading(_) => {
                    line = Matrix::translation(0.0, -state.leading).then(&line);
                    text = line;
                }
                TypedInstruction::ShowText(shown) => {
                    self.show(shown.0.as_bytes(), &state, &mut text)
                }
                TypedInstruction::NextLineAndShowText(shown) => {
                    line = Matrix::translation(0.0, -state.leading).then(&line);
                    text = line;
                    self.show(shown.0.as_bytes(), &state, &mut text);
                }
                TypedInstruction::ShowTextWithParameters(shown) => {
                    state.word_space = shown.0.as_f64();
                    state.character_space = shown.1.as_f64();
                    line = Matrix::translation(0.0, -state.leading).then(&line);
                    text = line;
                    self.show(shown.2.as_bytes(), &state, &mut text);
                }
                TypedInstruction::ShowTexts(parts) => {
                    for part in parts.0.iter::<Object<'_>>() {
                        match part {
                            Object::String(bytes) => self.show(bytes.as_bytes(), &state, &mut text),
                            Object::Number(by) => text = state.adjusted(by.as_f64()).then(&text),
                            _ => {}
                        }
                    }
                }
                TypedInstruction::XObject(object) => {
                    if let Some(stream) = resources.get_x_object(object.0) {
                        self.run_object(&stream, resources, &state.to_page, depth);
                    }
                }
                TypedInstruction::InlineImage(_) => self.shown.has_images = true,
                TypedInstruction::BeginMarkedContent(_) => marks.push(self.begin_mark(b"", None)),
                TypedInstruction::BeginMarkedContentWithProperties(mark) => {
                    let properties = match mark.1 {
                        Object::Dict(dict) => Some(dict.clone()),
                        Object::Name(name) => resources.properties.get::<Dict<'_>>(name),
                        _ => None,
                    };
                    marks.push(self.begin_mark(mark.0, properties.as_ref()));
                }
                TypedInstruction::EndMarkedContent(_) => {
                    if let Some(mark) = marks.pop() {
                        self.end_mark(mark);
                    }
                }
                _ => {}
            }
        }
    }

    fn font(&mut self, dict: Dict<'a>) -> Option<Rc<PdfFont<'a>>> {
        if let Some((_, font)) = self.known.iter().find(|(known, _)| *known == dict) {
            return font.clone();
        }
        let font = PdfFont::load(&dict, self.fonts).map(Rc::new);
        self.known.push((dict, font.clone()));
        font
    }

    fn show(&mut self, bytes: &[u8], state: &State<'a>, text: &mut Matrix) {
        let Some(font) = &state.font else { return };
        let mut at = 0;
        while at < bytes.len() {
            if self.shown.glyphs.len() >= MAX_GLYPHS {
                self.shown.is_cut = true;
                return;
            }
            let code = font.read_code(bytes, at);
            at += code.len_bytes.max(1);
            let space = state.character_space
                + if code.len_bytes == 1 && code.code == 32 {
                    state.word_space
                } else {
                    0.0
                };
            let by = if font.is_horizontal() {
                (
                    (code.advance / 1000.0 * state.size + space) * state.stretch,
                    0.0,
                )
            } else {
                (0.0, code.advance / 1000.0 * state.size + space)
            };
            let placed = Matrix([
                state.size * state.stretch,
                0.0,
                0.0,
                state.size,
                0.0,
                state.rise,
            ])
            .then(text)
            .then(&state.to_page);
            let whole = text.then(&state.to_page);
            // The glyph's own advance: the space behind it is no part of it.
            let own = if font.is_horizontal() {
                (code.advance / 1000.0 * state.size * state.stretch, 0.0)
            } else {
                (0.0, code.advance / 1000.0 * state.size)
            };
            self.push(code.text, &placed, whole.vector(own.0, own.1));
            *text = Matrix::translation(by.0, by.1).then(text);
        }
    }

    fn push(&mut self, text: Option<String>, placed: &Matrix, advance: (f64, f64)) {
        self.shown.unmapped += usize::from(text.is_none());
        let (x, y) = placed.point(0.0, 0.0);
        let up = placed.vector(0.0, 1.0);
        let size = up.0.hypot(up.1);
        if x.is_finite()
            && y.is_finite()
            && size.is_finite()
            && advance.0.is_finite()
            && advance.1.is_finite()
        {
            let advance = (advance.0, -advance.1);
            self.shown.glyphs.push(Glyph {
                text: text.unwrap_or_default(),
                x,
                y: -y,
                advance,
                size,
            });
        }
    }

    fn run_object(
        &mut self,
        stream: &Stream<'a>,
        resources: &Resources<'a>,
        to_page: &Matrix,
        depth: usize,
    ) {
        let dict = stream.dict();
        let kind = dict.get::<Name<'_>>(b"Subtype".as_slice());
        match kind.as_ref().map(Name::as_str) {
            Some("Image") => self.shown.has_images = true,
            Some("Form") => self.run_form(stream, resources, to_page, depth),
            _ => {}
        }
    }

    fn run_form(
        &mut self,
        stream: &Stream<'a>,
        resources: &Resources<'a>,
        to_page: &Matrix,
        depth: usize,
    ) {
        self.forms += 1;
        if depth >= MAX_FORM_DEPTH || self.forms > MAX_FORMS || self.shown.is_cut {
            return;
        }
        let Ok(content) = stream.decoded_data() else {
            return;
        };
        let dict = stream.dict();
        let matrix = dict
            .get::<[f64; 6]>(b"Matrix".as_slice())
            .map_or(Matrix::IDENTITY, Matrix);
        let own = dict
            .get::<Dict<'a>>(b"Resources".as_slice())
            .map(Resources::new);
        self.run(
            TypedIter::new(&content),
            own.as_ref().unwrap_or(resources),
            matrix.then(to_page),
            depth + 1,
        );
    }

    /// Draws a note or a field as it looks, moved to its rectangle.
    fn run_annotation(&mut self, annotation: &Dict<'a>, resources: &Resources<'a>) {
        const HIDDEN: u32 = 1 << 1 | 1 << 5;
        if annotation.get::<u32>(b"F".as_slice()).unwrap_or(0) & HIDDEN != 0 {
            return;
        }
        let looks = annotation.get::<Dict<'a>>(b"AP".as_slice());
        let Some(looks) = looks else { return };
        let state = annotation.get::<Name<'_>>(b"AS".as_slice());
        let stream = looks.get::<Stream<'a>>(b"N".as_slice()).or_else(|| {
            let states = looks.get::<Dict<'a>>(b"N".as_slice())?;
            states.get::<Stream<'a>>(&**state.as_ref()?)
        });
        let (Some(stream), Some(place)) = (stream, annotation.get::<[f64; 4]>(b"Rect".as_slice()))
        else {
            return;
        };
        let bounds = stream
            .dict()
            .get::<[f64; 4]>(b"BBox".as_slice())
            .unwrap_or_default();
        let matrix = stream
            .dict()
            .get::<[f64; 6]>(b"Matrix".as_slice())
            .map_or(Matrix::IDENTITY, Matrix);
        let corner = matrix.point(bounds[0].min(bounds[2]), bounds[1].min(bounds[3]));
        let by = Matrix::translation(
            place[0].min(place[2]) - corner.0,
            place[1].min(place[3]) - corner.1,
        );
        self.run_form(&stream, resources, &by, 0);
    }

    fn begin_mark(&self, tag: &[u8], properties: Option<&Dict<'_>>) -> Marked {
        let text = |key: &[u8]| {
            let value = properties?.get::<hayro_syntax::object::String<'_>>(key)?;
            Some(super::text_string(value.as_bytes()))
        };
        let kind = properties.and_then(|properties| properties.get::<Name<'_>>(b"Type".as_slice()));
        let is_pagination =
            tag == b"Artifact" && kind.is_some_and(|kind| kind.as_str() == "Pagination");
        Marked {
            actual_text: text(b"ActualText"),
            first_glyph: self.shown.glyphs.len(),
            is_pagination,
        }
    }

    fn end_mark(&mut self, mark: Marked) {
        let glyphs = self
            .shown
            .glyphs
            .get_mut(mark.first_glyph..)
            .unwrap_or_default();
        if mark.is_pagination {
            self.shown.glyphs.truncate(mark.first_glyph);
            return;
        }
        let Some(text) = mark.actual_text else { return };
        let unmapped = glyphs.iter().filter(|glyph| glyph.text.is_empty()).count();
        self.shown.unmapped = self.shown.unmapped.saturating_sub(unmapped);
        // One text for all glyphs: the first carries it, the others only their place.
        let mut text = Some(text);
        for glyph in glyphs {
            glyph.text = text.take().unwrap_or_else(|| INVISIBLE.to_owned());
        }
    }
}

/// Stands for a glyph whose text another glyph carries.
pub(crate) const INVISIBLE: &str = "\u{200B}";

impl State<'_> {
    /// The move that a number between two strings stands for.
    fn adjusted(&self, by: f64) -> Matrix {
        let by = -by / 1000.0 * self.size;
        match self.font.as_ref().is_none_or(|font| font.is_horizontal()) {
            true => Matrix::translation(by * self.stretch, 0.0),
            false => Matrix::translation(0.0, by),
        }
    }
}
