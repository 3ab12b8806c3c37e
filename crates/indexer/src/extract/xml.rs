//! Walks XML without trusting it: no DTD, no entities beyond the five of XML, a limit to depth.
//!
//! [`walk_xml`] is the one way all XML formats are read.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::extract::limits::MAX_XML_DEPTH;

/// Event on the way through an XML file. Names are without their prefix.
pub(crate) enum XmlEvent<'a> {
    Open(&'a str, &'a Attributes<'a>),
    Close(&'a str),
    Text(Cow<'a, str>),
}

/// End of a walk before the end of the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum XmlError {
    #[error("XML broken at byte {at}: {error}")]
    Broken { at: u64, error: quick_xml::Error },
    #[error("XML nested more than {MAX_XML_DEPTH} deep at byte {at}")]
    TooDeep { at: u64 },
}

/// The attributes of an element.
pub(crate) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// The value of the attribute with this local name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        Some(
            found
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| found.value.to_string(), Cow::into_owned),
        )
    }

    /// The value of the attribute with this name, prefix included, for elements that have both `id` and `r:id`.
    pub(crate) fn get_prefixed(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.as_ref() == name)?;
        Some(found.value.to_string())
    }
}

/// Walks `text`, handing every event to `visit`. `Err` says where the XML breaks off; what came before has been handed on.
pub(crate) fn walk_xml(text: &str, visit: &mut dyn FnMut(XmlEvent<'_>)) -> Result<(), XmlError> {
    let mut reader = lenient_reader(text);
    let mut depth = 0_usize;
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| XmlError::Broken { at, error })?;
        match &event {
            Event::Start(_) if depth == MAX_XML_DEPTH => return Err(XmlError::TooDeep { at }),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(()),
            _ => {}
        }
        hand_on(event, visit);
    }
}

/// A reader that goes on behind small faults.
fn lenient_reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

fn hand_on(event: Event<'_>, visit: &mut dyn FnMut(XmlEvent<'_>)) {
    match event {
        Event::Start(start) => open(&start, visit),
        Event::Empty(start) => {
            open(&start, visit);
            visit(XmlEvent::Close(start.local_name().as_ref()));
        }
        Event::End(end) => visit(XmlEvent::Close(end.local_name().as_ref())),
        Event::Text(text) => visit(XmlEvent::Text(text.xml10_content())),
        Event::CData(data) => visit(XmlEvent::Text(data.xml10_content())),
        Event::GeneralRef(name) => match name.resolve_char_ref() {
            Ok(Some(character)) => visit(XmlEvent::Text(Cow::Owned(character.to_string()))),
            _ => visit(XmlEvent::Text(entity(&name.into_inner()))),
        },
        _ => {}
    }
}

fn open(start: &BytesStart<'_>, visit: &mut dyn FnMut(XmlEvent<'_>)) {
    let name = start.local_name();
    visit(XmlEvent::Open(name.as_ref(), &Attributes(start)));
}

/// The five entities of XML and the space of HTML; any other stays as it is written.
fn entity(name: &str) -> Cow<'static, str> {
    Cow::Borrowed(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{A0}",
        _ => return Cow::Owned(format!("&{name};")),
    })
}
