//! Reads messages: their header says what they are, their body is text or a page.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use polidex_schema::record::Role;

use crate::declared::Declared;
use crate::extract::fields::fill;
use crate::extract::html::push_html;
use crate::extract::limits::MAX_ENTRIES;
use crate::skip::SkipReason;
use crate::structure::{StructuredText, TextBuilder};

/// Reads a message; the files attached to it are documents of their own, see [`attached_files`].
pub(crate) fn read_email(bytes: &[u8]) -> Result<(StructuredText, Declared), SkipReason> {
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or(SkipReason::MessageWithoutHeader)?;
    let mut builder = TextBuilder::default();
    let mut declared = Declared::default();
    // A subject cut inside a character says less than the text under it.
    let is_whole = |subject: &&str| !subject.contains('\u{FFFD}');
    if let Some(subject) = message.subject().filter(is_whole) {
        fill(&mut declared.title, subject);
        builder.begin(Role::Heading(1));
        builder.push_collapsed(subject);
        builder.end();
    }
    declare_sender(&message, &mut declared);
    push_bodies(&message, &mut builder);
    Ok((builder.finish("UTF-8"), declared))
}

/// Appends the text. A message often holds it twice: the plain one is what its writer meant.
fn push_bodies(message: &Message<'_>, builder: &mut TextBuilder) {
    for part in message.text_bodies() {
        match &part.body {
            PartType::Text(text) => push_paragraphs(text, builder),
            PartType::Html(html) => push_html(html, builder),
            _ => {}
        }
    }
}

/// Declares who sent a message, and when.
fn declare_sender(message: &Message<'_>, declared: &mut Declared) {
    let sent = message
        .date()
        .map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    let sender = message.from().and_then(|from| from.first());
    match sender.and_then(|sender| sender.name().or(sender.address())) {
        // A page that a browser saved was sent by nobody: <Saved by Blink>.
        Some(name) if name.starts_with("Saved by ") => declared.file_date = sent,
        name => {
            declared.date = sent;
            fill(&mut declared.publisher, name.unwrap_or_default());
        }
    }
}

/// The files attached to a message, by name and content; one without a name has its number. A name is no path. One more than
/// are read is given, so that it shows.
pub(crate) fn attached_files(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return Vec::new();
    };
    let attachments = message.attachments().take(MAX_ENTRIES + 1).enumerate();
    let files = attachments.map(|(index, attachment)| {
        let name = attachment
            .attachment_name()
            .map(|name| name.replace(['/', '\\'], "_"));
        let name = name.filter(|name| !name.trim().is_empty());
        (
            name.unwrap_or_else(|| format!("attachment-{}", index + 1)),
            attachment.contents().to_vec(),
        )
    });
    files.collect()
}

/// Paragraphs of plain text: lines between blank ones, kept as they are for repair to join.
pub(crate) fn push_paragraphs(text: &str, builder: &mut TextBuilder) {
    builder.begin(Role::Paragraph);
    for line in text.lines() {
        if line.trim().is_empty() {
            builder.begin(Role::Paragraph);
            continue;
        }
        builder.push(line.trim_end());
        builder.push_line_end();
    }
    builder.end();
}
