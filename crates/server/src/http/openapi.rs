//! Describes the API in OpenAPI 3.1, from the code: parameters from the parser's own tables, replies from the types that
//! are serialised.
//!
//! OpenAPI 3.1 takes JSON Schema 2020-12 as it is, which schemars derives: nothing is written twice, and the tests validate
//! the server's replies against the description.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Coverage, Document, Suggestions, Timeline};
use crate::citation_answer::{CheckReply, Citations, CitedBy, NotHeld, PlaceText};
use crate::comparison::Comparison;
use crate::concordance::Concordance;
use crate::http::api::{Health, Sources, Values, fresh};
use crate::http::site::Site;
use crate::page::Row;
use crate::question::{Facet, MAX_QUERY_CHARS};
use crate::rendering_answer::Renderings;
use crate::request::params::{
    CITED_BY_API, COMPARE_API, CONCORDANCE_API, COPIES_API, DOCUMENT_API, LIST_API, NOTHING,
    PLACE_API, Parameter, RENDERINGS_API, SEARCH_ANSWER_API, SEARCH_API, SOURCES_API, SUGGEST_API,
    Shape, TIMELINE_API, VERSIONS_API,
};
use crate::request::parse::parse_document;
use crate::request::problem::{Problem, ProblemDetails};
use crate::reuse_answer::{Copies, DocumentReuse, ReusedPassages};
use crate::version_answer::VersionsOfWork;

/// One operation of the API.
struct Operation {
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    /// The parameter in the path, if there is one.
    path_parameter: Option<fn() -> Value>,
    parameters: &'static [&'static [Parameter]],
    /// Statuses of the problems it may answer with.
    problems: &'static [u16],
    /// Media types of the body that it takes; a `GET` without any.
    body: &'static [&'static str],
    /// Schema of a good reply.
    reply: fn(&mut SchemaGenerator) -> Schema,
}

static OPERATIONS: [Operation; 21] = [
    Operation {
        path: "/api/v1/search",
        id: "search",
        summary: "Searches, or lists the filtered documents.",
        path_parameter: None,
        parameters: SEARCH_ANSWER_API,
        problems: &[400, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Answer>,
    },
    Operation {
        path: "/api/v1/timeline",
        id: "timeline",
        summary: "Counts how often phrases occur over time; with `Accept: text/csv`, as CSV.",
        path_parameter: None,
        parameters: TIMELINE_API,
        problems: &[400, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Timeline>,
    },
    Operation {
        path: "/api/v1/suggest",
        id: "suggest",
        summary: "Completes what is being typed.",
        path_parameter: None,
        parameters: SUGGEST_API,
        problems: &[400, 422, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Suggestions>,
    },
    Operation {
        path: "/api/v1/documents/{id}",
        id: "document",
        summary: "A whole document, with what `q` finds marked.",
        path_parameter: Some(id_parameter),
        parameters: DOCUMENT_API,
        problems: &[400, 404, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Document>,
    },
    Operation {
        path: "/api/v1/documents/{id}/citations",
        id: "citations",
        summary: "What a document cites, in the order of its text, with the documents that are meant.",
        path_parameter: Some(id_parameter),
        parameters: LIST_API,
        problems: &[400, 404, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Citations>,
    },
    Operation {
        path: "/api/v1/documents/{id}/cited-by",
        id: "citedBy",
        summary: "The passages that cite a document, or a place in it, of the newest document first.",
        path_parameter: Some(id_parameter),
        parameters: CITED_BY_API,
        problems: &[400, 404, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<CitedBy>,
    },
    Operation {
        path: "/api/v1/documents/{id}/place",
        id: "place",
        summary: "The first words of a place in a document.",
        path_parameter: Some(id_parameter),
        parameters: PLACE_API,
        problems: &[400, 404, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<PlaceText>,
    },
    Operation {
        path: "/api/v1/documents/{id}/reuse",
        id: "documentReuse",
        summary: "Passages of a document that stand nearly verbatim in others too, and the documents that have most of them.",
        path_parameter: Some(id_parameter),
        parameters: LIST_API,
        problems: &[400, 404, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<DocumentReuse>,
    },
    Operation {
        path: "/api/v1/documents/{id}/copies",
        id: "copies",
        summary: "The documents that a passage stands in, the oldest first, with what differs.",
        path_parameter: Some(id_parameter),
        parameters: COPIES_API,
        problems: &[400, 404, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Copies>,
    },
    Operation {
        path: "/api/v1/documents/{id}/versions",
        id: "versions",
        summary: "Versions of the work that a document is one of, with what each changed and its force on a day; with `place`, the history of an article.",
        path_parameter: Some(id_parameter),
        parameters: VERSIONS_API,
        problems: &[400, 404, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<VersionsOfWork>,
    },
    Operation {
        path: "/api/v1/reuse",
        id: "reuse",
        summary: "Passages that stand nearly verbatim in several documents, those in most documents first.",
        path_parameter: None,
        parameters: LIST_API,
        problems: &[400, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<ReusedPassages>,
    },
    Operation {
        path: "/api/v1/not-held",
        id: "notHeld",
        summary: "Works that documents cite and the index does not hold, those that most documents cite first.",
        path_parameter: None,
        parameters: LIST_API,
        problems: &[400, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<NotHeld>,
    },
    Operation {
        path: "/api/v1/check",
        id: "check",
        summary: "Checks the citations and quotations of a draft of at most 2 MB. Nothing of it is kept. A body of text/plain is \
                  the draft itself.",
        path_parameter: None,
        parameters: NOTHING,
        problems: &[400, 413, 429, 500, 503],
        // Generators of clients know no body of text/plain.
        body: &["application/json", "multipart/form-data"],
        reply: SchemaGenerator::subschema_for::<CheckReply>,
    },
    Operation {
        path: "/api/v1/compare",
        id: "compare",
        summary: "Two documents beside each other: by words in one language, by articles or passages in two.",
        path_parameter: None,
        parameters: COMPARE_API,
        problems: &[400, 404, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Comparison>,
    },
    Operation {
        path: "/api/v1/concordance",
        id: "concordance",
        summary: "Every occurrence of what is searched for, with what stands beside it.",
        path_parameter: None,
        parameters: CONCORDANCE_API,
        problems: &[400, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Concordance>,
    },
    Operation {
        path: "/api/v1/renderings",
        id: "renderings",
        summary: "How documents that have a counterpart in the other language render a term there, with the sentences.",
        path_parameter: None,
        parameters: RENDERINGS_API,
        problems: &[400, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Renderings>,
    },
    Operation {
        path: "/api/v1/sources",
        id: "sources",
        summary: "Documents by id, a thousand at a time.",
        path_parameter: None,
        parameters: SOURCES_API,
        problems: &[400, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Sources<'static>>,
    },
    Operation {
        path: "/api/v1/filters/{field}",
        id: "values",
        summary: "Every value of a filter with its count, where a search lists the first hundred.",
        path_parameter: Some(field_parameter),
        parameters: SEARCH_API,
        problems: &[400, 404, 422, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Values>,
    },
    Operation {
        path: "/api/v1/coverage",
        id: "coverage",
        summary: "What the index holds of its folders, and what it does not, with reasons.",
        path_parameter: None,
        parameters: NOTHING,
        problems: &[400, 429, 500, 503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Coverage>,
    },
    Operation {
        path: "/healthz",
        id: "healthz",
        summary: "The process lives.",
        path_parameter: None,
        parameters: NOTHING,
        problems: &[],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Health>,
    },
    Operation {
        path: "/readyz",
        id: "readyz",
        summary: "An index answers.",
        path_parameter: None,
        parameters: NOTHING,
        problems: &[503],
        body: &[],
        reply: SchemaGenerator::subschema_for::<Health>,
    },
];

/// Addresses of the API, each with what it answers.
pub(crate) fn operations() -> Vec<Row> {
    let operations = OPERATIONS.iter();
    operations
        .map(|operation| (operation.path, operation.summary))
        .collect()
}

/// Answers `/api/v1/openapi.json`.
pub(crate) async fn openapi(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    parse_document(NOTHING, uri.query())?;
    let mut description = describe();
    if let Some(base) = &site.settings.base_url {
        description["servers"] = json!([{ "url": base.as_str() }]);
    }
    Ok(fresh(Json(description)))
}

fn describe_paths(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let paths = OPERATIONS.iter().map(|operation| {
        let described = describe_operation(operation, generator);
        let method = if operation.body.is_empty() {
            "get"
        } else {
            "post"
        };
        (operation.path.to_owned(), json!({ method: described }))
    });
    paths.collect()
}

/// Returns the whole description.
fn describe() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings
            .transforms
            .push(Box::new(RecursiveTransform(join_words)));
    });
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<ProblemDetails>();
    let paths = describe_paths(&mut generator);
    let mut schemas = generator.take_definitions(true);
    schemas
        .entry("ProblemDetails")
        .or_insert_with(|| problem.to_value());
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "polidex",
            "summary": "Search of policy documents in Chinese and English",
            "version": "1",
        },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Writes a choice of single words as an enumeration, which generators of clients make a type of; what each word means goes
/// into the description.
fn join_words(schema: &mut Schema) {
    let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else {
        return;
    };
    let words: Option<Vec<Value>> = choices
        .iter()
        .map(|choice| choice.get("const").cloned())
        .collect();
    let Some(words) = words.filter(|words| words.iter().all(Value::is_string)) else {
        return;
    };
    let meanings: Vec<String> = choices
        .iter()
        .filter_map(|choice| {
            let (word, about) = (choice["const"].as_str()?, choice["description"].as_str()?);
            Some(format!("`{word}`: {about}"))
        })
        .collect();
    let about = schema.get("description").and_then(Value::as_str);
    let about: Vec<&str> = about
        .into_iter()
        .chain(meanings.iter().map(String::as_str))
        .collect();
    let about = about.join("\n\n");
    schema.remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), Value::Array(words));
    schema.insert("description".to_owned(), about.into());
}

fn describe_operation(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let query = operation.parameters.iter().copied().flatten();
    let parameters: Vec<Value> = operation
        .path_parameter
        .map(|parameter| parameter())
        .into_iter()
        .chain(query.map(parameter_object))
        .collect();
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": responses(operation, &(operation.reply)(generator)),
    });
    if !operation.body.is_empty() {
        described["requestBody"] = json!({ "required": true, "content": bodies(operation.body) });
    }
    described
}

/// Forms of a draft: its text in a field `text`, or a `file` of any format.
fn bodies(kinds: &[&str]) -> Map<String, Value> {
    let text = json!({ "type": "string" });
    let schema = |kind: &str| match kind {
        "application/json" => json!({
            "type": "object", "required": ["text"], "properties": { "text": text },
        }),
        _ => json!({
            "type": "object", "properties": { "text": text, "file": { "type": "string", "format": "binary" } },
        }),
    };
    let bodies = kinds.iter();
    bodies
        .map(|kind| ((*kind).to_owned(), json!({ "schema": schema(kind) })))
        .collect()
}

fn responses(operation: &Operation, reply: &Schema) -> Map<String, Value> {
    let answer = json!({
        "description": "The answer.",
        "content": { "application/json": { "schema": reply } },
    });
    let problem = json!({
        "description": "A problem (RFC 9457).",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDetails" } } },
    });
    let problems = operation.problems.iter();
    std::iter::once(("200".to_owned(), answer))
        .chain(problems.map(|status| (status.to_string(), problem.clone())))
        .collect()
}

fn field_parameter() -> Value {
    json!({
        "name": "field", "in": "path", "required": true,
        "description": "The filter.",
        "schema": { "type": "string", "enum": Facet::LISTED.map(Facet::name) },
    })
}

fn id_parameter() -> Value {
    json!({
        "name": "id", "in": "path", "required": true,
        "description": "The document's id, percent-encoded as one path segment.",
        "schema": { "type": "string", "minLength": 1 },
    })
}

fn parameter_object(parameter: &Parameter) -> Value {
    let one = schema_of(&parameter.shape);
    let schema = if parameter.repeatable {
        json!({ "type": "array", "items": one })
    } else {
        one
    };
    let mut object = json!({
        "name": parameter.name, "in": "query", "required": false,
        "description": parameter.about, "schema": schema,
    });
    if parameter.repeatable {
        object["style"] = "form".into();
        object["explode"] = true.into();
    }
    object
}

fn schema_of(shape: &Shape) -> Value {
    match shape {
        Shape::Query => json!({ "type": "string", "maxLength": MAX_QUERY_CHARS }),
        Shape::Value => json!({ "type": "string", "minLength": 1 }),
        Shape::Language => {
            json!({ "type": "string", "pattern": "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$" })
        }
        Shape::Date => {
            json!({ "type": "string", "examples": ["2024", "2024-03-11", "March 2014", "2014年3月"] })
        }
        Shape::Instant => {
            json!({ "type": "string", "examples": ["2024-03-11", "2024-03-11T08:05:00Z"] })
        }
        Shape::Choice(words) => json!({ "type": "string", "enum": words, "default": words[0] }),
        Shape::AnyOf(words) => json!({ "type": "string", "enum": words }),
        Shape::Whole { min, max, default } => {
            json!({ "type": "integer", "minimum": min, "maximum": max, "default": default })
        }
    }
}
