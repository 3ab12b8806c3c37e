//! Runs the content of a page and notes every glyph that is shown: its text, where it stands and which way it runs.
//!
//! Only what text needs is carried out: matrices, fonts, forms. Colours, paths and images are passed over, so the costly and
//! most attacked parts of a PDF engine are not even compiled in. Everything is bounded: forms within forms, the stack
//! of states, glyphs of a page.

use std::collections::BTreeSet;
use std::rc::Rc;

use hayro_font::FontCache;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::fields;
use super::font::{Code, PdfFont};
use crate::extract::page::matrix::Matrix;
use crate::extract::page::{Glyph, INVISIBLE};

/// Contents of a page.
#[derive(Debug, Default)]
pub(crate) struct PageGlyphs {
    pub(crate) glyphs: Vec<Glyph>,
    /// Glyphs that the file marks as those of a running header or footer.
    pub(crate) running: Vec<Glyph>,
    /// Glyphs that no map gives a text for.
    pub(crate) unmapped: usize,
    /// Codes of these glyphs, the first few that differ.
    pub(crate) unmapped_codes: BTreeSet<u32>,
    /// True if the page shows images.
    pub(crate) has_images: bool,
    /// True if the page has more glyphs than are read.
    pub(crate) is_cut: bool,
}

/// A page of a newspaper has 30,000.
const MAX_GLYPHS: usize = 400_000;
/// Forms within forms.
const MAX_FORM_DEPTH: usize = 12;
/// Forms drawn on one page, however often the same.
const MAX_FORMS: usize = 5_000;
const MAX_STATES: usize = 256;
/// Codes without a text that a page may use for ornaments: leader dots, bullets, rules. Words need more.
const MAX_ORNAMENTS: usize = 2;

impl PageGlyphs {
    /// Returns true if the glyphs without a text are so few different ones that they spell no words.
    pub(crate) fn has_ornaments_only(&self) -> bool {
        self.unmapped > 0 && self.unmapped_codes.len() <= MAX_ORNAMENTS
    }

    /// Notes a code without a text, until there are more than ornaments have.
    fn note_unmapped(&mut self, code: &Code) {
        if code.text.is_none() && self.unmapped_codes.len() <= MAX_ORNAMENTS {
            self.unmapped_codes.insert(code.code);
        }
    }

    /// Takes the glyphs from `first` on for those of a running line.
    fn take_running(&mut self, first: usize) {
        let running = self.glyphs.split_off(first.min(self.glyphs.len()));
        self.unmapped -= count_unmapped(&running).min(self.unmapped);
        self.running.extend(running);
    }

    /// Takes glyphs without a text for ornaments, which say nothing.
    pub(crate) fn silence_ornaments(&mut self) {
        for glyph in &mut self.glyphs {
            if glyph.text.is_empty() {
                INVISIBLE.clone_into(&mut glyph.text);
            }
        }
        self.unmapped = 0;
    }
}

fn count_unmapped(glyphs: &[Glyph]) -> usize {
    glyphs.iter().filter(|glyph| glyph.text.is_empty()).count()
}

/// Reads the glyphs of `page`, then those of its filled-in form fields.
pub(crate) fn read_glyphs<'a>(page: &Page<'a>, fonts: &FontCache<'a>) -> PageGlyphs {
    let mut interpreter = Interpreter {
        fonts,
        known: Vec::new(),
        shown: PageGlyphs::default(),
        forms: 0,
    };
    let content = Content::new(page.resources(), Matrix::IDENTITY, 0);
    interpreter.run(page.typed_operations(), content);
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

/// Graphics state, as far as text needs it: what `q` saves and `Q` restores.
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

/// One content stream on its way: a page's or a form's.
struct Content<'r, 'a> {
    resources: &'r Resources<'a>,
    /// Forms around it.
    depth: usize,
    state: State<'a>,
    saved: Vec<State<'a>>,
    marks: Vec<Marked>,
    /// Text matrix and text line matrix.
    text: Matrix,
    line: Matrix,
}

impl<'r, 'a> Content<'r, 'a> {
    fn new(resources: &'r Resources<'a>, to_page: Matrix, depth: usize) -> Self {
        let state = State {
            to_page,
            font: None,
            size: 1.0,
            character_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        Self {
            resources,
            depth,
            state,
            saved: Vec::new(),
            marks: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        }
    }

    /// Properties of marked content, which it holds or names.
    fn properties_of<'o>(&self, properties: &Object<'o>) -> Option<Dict<'o>>
    where
        'a: 'o,
    {
        match properties {
            Object::Dict(dict) => Some(dict.clone()),
            Object::Name(name) => self.resources.properties.get::<Dict<'a>>(name),
            _ => None,
        }
    }

    /// Saves, restores and moves the coordinates.
    fn set_graphics(&mut self, operation: &TypedInstruction<'_, '_>) {
        match operation {
            TypedInstruction::SaveState(_) if self.saved.len() < MAX_STATES => {
                self.saved.push(self.state.clone());
            }
            TypedInstruction::RestoreState(_) => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            TypedInstruction::Transform(t) => {
                let matrix =
                    Matrix([&t.0, &t.1, &t.2, &t.3, &t.4, &t.5].map(|number| number.as_f64()));
                self.state.to_page = matrix.then(&self.state.to_page);
            }
            _ => {}
        }
    }

    /// Sets how text is spaced.
    fn set_spacing(&mut self, operation: &TypedInstruction<'_, '_>) {
        let state = &mut self.state;
        match operation {
            TypedInstruction::CharacterSpacing(space) => state.character_space = space.0.as_f64(),
            TypedInstruction::WordSpacing(space) => state.word_space = space.0.as_f64(),
            TypedInstruction::HorizontalScaling(scale) => {
                state.stretch = scale.0.as_f64() / 100.0;
            }
            TypedInstruction::TextLeading(leading) => state.leading = leading.0.as_f64(),
            TypedInstruction::NextLineAndSetLeading(by) => state.leading = -by.1.as_f64(),
            TypedInstruction::TextRise(rise) => state.rise = rise.0.as_f64(),
            TypedInstruction::ShowTextWithParameters(shown) => {
                state.word_space = shown.0.as_f64();
                state.character_space = shown.1.as_f64();
            }
            _ => {}
        }
    }

    /// Moves to where the next text begins.
    fn position(&mut self, operation: &TypedInstruction<'_, '_>) {
        match operation {
            TypedInstruction::BeginText(_) => self.begin_line(Matrix::IDENTITY),
            TypedInstruction::SetTextMatrix(t) => self.begin_line(Matrix(
                [&t.0, &t.1, &t.2, &t.3, &t.4, &t.5].map(|number| number.as_f64()),
            )),
            TypedInstruction::NextLine(by) => self.next_line(by.0.as_f64(), by.1.as_f64()),
            TypedInstruction::NextLineAndSetLeading(by) => {
                self.next_line(by.0.as_f64(), by.1.as_f64());
            }
            TypedInstruction::NextLineUsingLeading(_)
            | TypedInstruction::NextLineAndShowText(_)
            | TypedInstruction::ShowTextWithParameters(_) => {
                self.next_line(0.0, -self.state.leading);
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.begin_line(Matrix::translation(x, y).then(&self.line));
    }

    fn begin_line(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.text = matrix;
    }
}

/// Text that a stretch of marked content declares to stand for its glyphs.
struct Marked {
    actual_text: Option<String>,
    first_glyph: usize,
    /// True if the file marks it as a running header or footer.
    is_pagination: bool,
}

impl<'a> Interpreter<'_, 'a> {
    /// Runs a content stream. An operation acts on one or two of the steps and is passed over by the others.
    fn run(&mut self, mut operations: TypedIter<'_>, mut content: Content<'_, 'a>) {
        while let Some(operation) = operations.next() {
            content.set_graphics(&operation);
            content.set_spacing(&operation);
            content.position(&operation);
            self.show_text(&operation, &mut content);
            self.draw(&operation, &content);
            self.mark(&operation, &mut content);
        }
    }

    fn choose_font(&mut self, name: &Name<'_>, size: f64, content: &mut Content<'_, 'a>) {
        let dict = content.resources.get_font(name);
        content.state.font = dict.and_then(|dict| self.font(dict));
        content.state.size = size;
    }

    /// Chooses a font, and shows text.
    fn show_text(&mut self, operation: &TypedInstruction<'_, '_>, content: &mut Content<'_, 'a>) {
        match operation {
            TypedInstruction::TextFont(font) => {
                self.choose_font(font.0, font.1.as_f64(), content);
            }
            TypedInstruction::ShowText(shown) => self.show(shown.0.as_bytes(), content),
            TypedInstruction::NextLineAndShowText(shown) => {
                self.show(shown.0.as_bytes(), content);
            }
            TypedInstruction::ShowTextWithParameters(shown) => {
                self.show(shown.2.as_bytes(), content);
            }
            TypedInstruction::ShowTexts(parts) => {
                for part in parts.0.iter::<Object<'_>>() {
                    self.show_part(&part, content);
                }
            }
            _ => {}
        }
    }

    /// Shows a string, or moves by a number.
    fn show_part(&mut self, part: &Object<'_>, content: &mut Content<'_, 'a>) {
        match part {
            Object::String(bytes) => self.show(bytes.as_bytes(), content),
            Object::Number(by) => {
                content.text = content.state.adjusted(by.as_f64()).then(&content.text);
            }
            _ => {}
        }
    }

    /// Draws forms, and notes images.
    fn draw(&mut self, operation: &TypedInstruction<'_, '_>, content: &Content<'_, 'a>) {
        match operation {
            TypedInstruction::XObject(object) => {
                if let Some(stream) = content.resources.get_x_object(object.0) {
                    self.run_object(&stream, content);
                }
            }
            TypedInstruction::InlineImage(_) => self.shown.has_images = true,
            _ => {}
        }
    }

    /// Begins and ends marked content.
    fn mark(&mut self, operation: &TypedInstruction<'_, '_>, content: &mut Content<'_, 'a>) {
        match operation {
            TypedInstruction::BeginMarkedContent(_) => {
                content.marks.push(self.begin_mark(b"", None))
            }
            TypedInstruction::BeginMarkedContentWithProperties(mark) => {
                let properties = content.properties_of(mark.1);
                content
                    .marks
                    .push(self.begin_mark(mark.0, properties.as_ref()));
            }
            TypedInstruction::EndMarkedContent(_) => {
                if let Some(mark) = content.marks.pop() {
                    self.end_mark(mark);
                }
            }
            _ => {}
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

    fn show(&mut self, bytes: &[u8], content: &mut Content<'_, 'a>) {
        let Some(font) = content.state.font.clone() else {
            return;
        };
        let mut at = 0;
        while at < bytes.len() {
            if self.shown.glyphs.len() >= MAX_GLYPHS {
                self.shown.is_cut = true;
                return;
            }
            let code = font.read_code(bytes, at);
            at += code.len_bytes.max(1);
            self.show_code(code, font.is_horizontal(), content);
        }
    }

    fn show_code(&mut self, code: Code, is_horizontal: bool, content: &mut Content<'_, 'a>) {
        let state = &content.state;
        // The glyph's own advance: the space behind it is no part of it.
        let own = state.advance(code.advance, 0.0, is_horizontal);
        let by = state.advance(code.advance, state.space_behind(&code), is_horizontal);
        let placed = state
            .glyph_matrix()
            .then(&content.text)
            .then(&state.to_page);
        let whole = content.text.then(&state.to_page);
        self.shown.note_unmapped(&code);
        self.push(code.text, &placed, whole.vector(own.0, own.1));
        content.text = Matrix::translation(by.0, by.1).then(&content.text);
    }

    fn push(&mut self, text: Option<String>, placed: &Matrix, advance: (f64, f64)) {
        self.shown.unmapped += usize::from(text.is_none());
        let (x, y) = placed.point(0.0, 0.0);
        let up = placed.vector(0.0, 1.0);
        let size = up.0.hypot(up.1);
        if [x, y, size, advance.0, advance.1]
            .iter()
            .all(|number| number.is_finite())
        {
            self.shown.glyphs.push(Glyph {
                text: text.unwrap_or_default(),
                x,
                y: -y,
                advance: (advance.0, -advance.1),
                size,
                is_apart: false,
            });
        }
    }

    fn run_object(&mut self, stream: &Stream<'a>, content: &Content<'_, 'a>) {
        let kind = stream.dict().get::<Name<'_>>(b"Subtype".as_slice());
        match kind.as_ref().map(Name::as_str) {
            Some("Image") => self.shown.has_images = true,
            Some("Form") => self.run_form(
                stream,
                content.resources,
                &content.state.to_page,
                content.depth,
            ),
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
        let Ok(data) = stream.decoded_data() else {
            return;
        };
        let own = stream
            .dict()
            .get::<Dict<'a>>(b"Resources".as_slice())
            .map(Resources::new);
        let resources = own.as_ref().unwrap_or(resources);
        let to_page = matrix_of(stream).then(to_page);
        let content = Content::new(resources, to_page, depth + 1);
        self.run(TypedIter::new(&data), content);
    }

    /// Draws a note or a field as it looks, moved to its rectangle.
    fn run_annotation(&mut self, annotation: &Dict<'a>, resources: &Resources<'a>) {
        const HIDDEN: u32 = 1 << 1 | 1 << 5;
        if annotation.get::<u32>(b"F".as_slice()).unwrap_or(0) & HIDDEN != 0 {
            return;
        }
        let Some(rectangle) = annotation.get::<[f64; 4]>(b"Rect".as_slice()) else {
            return;
        };
        let before = self.shown.glyphs.len();
        if let Some(stream) = appearance(annotation) {
            let by = to_rectangle(&stream, rectangle);
            self.run_form(&stream, resources, &by, 0);
        }
        // Viewers draw the value of a field that shows none: programs that fill in forms often leave it to them.
        if self.shown.glyphs[before..]
            .iter()
            .all(|glyph| glyph.text.trim().is_empty())
        {
            for glyph in fields::value_glyphs(annotation, rectangle) {
                self.push_glyph(glyph);
            }
        }
    }

    fn push_glyph(&mut self, glyph: Glyph) {
        if self.shown.glyphs.len() < MAX_GLYPHS {
            self.shown.glyphs.push(glyph);
        }
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
        if mark.is_pagination {
            return self.shown.take_running(mark.first_glyph);
        }
        let Some(text) = mark.actual_text else { return };
        let glyphs = self.shown.glyphs.get_mut(mark.first_glyph..);
        let glyphs = glyphs.unwrap_or_default();
        self.shown.unmapped -= count_unmapped(glyphs).min(self.shown.unmapped);
        // One text for all glyphs: the first carries it, the others only their place.
        let mut text = Some(text);
        for glyph in glyphs {
            glyph.text = text.take().unwrap_or_else(|| INVISIBLE.to_owned());
        }
    }
}

/// Content stream that shows an annotation as it looks now.
fn appearance<'a>(annotation: &Dict<'a>) -> Option<Stream<'a>> {
    let looks = annotation.get::<Dict<'a>>(b"AP".as_slice())?;
    let state = annotation.get::<Name<'_>>(b"AS".as_slice());
    looks.get::<Stream<'a>>(b"N".as_slice()).or_else(|| {
        let states = looks.get::<Dict<'a>>(b"N".as_slice())?;
        states.get::<Stream<'a>>(&**state.as_ref()?)
    })
}

/// Matrix of a form.
fn matrix_of(form: &Stream<'_>) -> Matrix {
    form.dict()
        .get::<[f64; 6]>(b"Matrix".as_slice())
        .map_or(Matrix::IDENTITY, Matrix)
}

/// Lower left corner of a rectangle, which may name any two that are opposite.
fn corner(rectangle: [f64; 4]) -> (f64, f64) {
    (
        rectangle[0].min(rectangle[2]),
        rectangle[1].min(rectangle[3]),
    )
}

impl State<'_> {
    /// Advance of a code, in thousandths of the size, with a space behind it, in units of text space.
    fn advance(&self, thousandths: f64, space: f64, is_horizontal: bool) -> (f64, f64) {
        let along = thousandths / 1000.0 * self.size + space;
        if is_horizontal {
            (along * self.stretch, 0.0)
        } else {
            (0.0, along)
        }
    }

    /// Space that the state asks for behind a code.
    fn space_behind(&self, code: &Code) -> f64 {
        let is_blank = code.len_bytes == 1 && code.code == 32;
        self.character_space + if is_blank { self.word_space } else { 0.0 }
    }

    /// From a glyph to text space.
    fn glyph_matrix(&self) -> Matrix {
        let width = self.size * self.stretch;
        Matrix([width, 0.0, 0.0, self.size, 0.0, self.rise])
    }

    /// The move that a number between two strings stands for.
    fn adjusted(&self, by: f64) -> Matrix {
        let by = -by / 1000.0 * self.size;
        match self.font.as_ref().is_none_or(|font| font.is_horizontal()) {
            true => Matrix::translation(by * self.stretch, 0.0),
            false => Matrix::translation(0.0, by),
        }
    }
}

/// The move that brings what a form draws to a rectangle.
fn to_rectangle(form: &Stream<'_>, rectangle: [f64; 4]) -> Matrix {
    let bounds = form.dict().get::<[f64; 4]>(b"BBox".as_slice());
    let (x, y) = corner(bounds.unwrap_or_default());
    let from = matrix_of(form).point(x, y);
    let to = corner(rectangle);
    Matrix::translation(to.0 - from.0, to.1 - from.1)
}
