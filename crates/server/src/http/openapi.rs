//! Describes the API in OpenAPI 3.1, from the code: parameters from the parser's own tables, replies from the types that
//! are serialised.
//!
//! OpenAPI 3.1 takes JSON Schema 2020-12 as it is, which is what schemars derives; so nothing here is written twice, and
//! the tests ask the described server and hold its replies against the description.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use crate::answer::{Answer, Document, Suggestions};
use crate::http::api::{Health, Sources, Values};
use crate::question::{Facet, MAX_QUERY_CHARS};
use crate::request::params::{DOCUMENT_API, NOTHING, Parameter, SEARCH_API, SUGGEST_API, Shape};
use crate::request::problem::ProblemDetails;

/// The whole description.
pub(crate) fn describe() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<ProblemDetails>();
    let mut paths = serde_json::Map::new();
    let mut add = |path: &str, operation: Value| {
        paths.insert(path.to_owned(), json!({ "get": operation }));
    };
    add(
        "/api/v1/search",
        operation::<Answer>(
            &mut generator,
            "search",
            "Searches, or lists the filtered documents.",
            SEARCH_API,
            &[400, 422, 429, 500, 503],
        ),
    );
    add(
        "/api/v1/suggest",
        operation::<Suggestions>(
            &mut generator,
            "suggest",
            "Completes what is being typed.",
            SUGGEST_API,
            &[400, 422, 500, 503],
        ),
    );
    let mut document = operation::<Document>(
        &mut generator,
        "document",
        "A whole document, with what `q` finds marked.",
        DOCUMENT_API,
        &[400, 404, 422, 429, 500, 503],
    );
    if let Some(parameters) = document["parameters"].as_array_mut() {
        parameters.insert(0, id_parameter());
    }
    add("/api/v1/documents/{id}", document);
    add(
        "/api/v1/sources",
        operation::<Sources<'_>>(
            &mut generator,
            "sources",
            "All documents, by id.",
            NOTHING,
            &[400, 429, 500, 503],
        ),
    );
    let mut values = operation::<Values>(
        &mut generator,
        "values",
        "Every value of a filter with its count, where a search lists the first hundred.",
        SEARCH_API,
        &[400, 404, 422, 429, 500, 503],
    );
    if let Some(parameters) = values["parameters"].as_array_mut() {
        parameters.insert(0, field_parameter());
    }
    add("/api/v1/filters/{field}", values);
    add(
        "/healthz",
        operation::<Health>(
            &mut generator,
            "healthz",
            "The process lives.",
            NOTHING,
            &[],
        ),
    );
    add(
        "/readyz",
        operation::<Health>(
            &mut generator,
            "readyz",
            "An index answers.",
            NOTHING,
            &[503],
        ),
    );

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

fn operation<T: JsonSchema>(
    generator: &mut SchemaGenerator,
    id: &str,
    summary: &str,
    tables: &[&'static [Parameter]],
    problems: &[u16],
) -> Value {
    let schema = generator.subschema_for::<T>();
    let mut responses = serde_json::Map::new();
    responses.insert(
        "200".to_owned(),
        json!({ "description": "The answer.", "content": { "application/json": { "schema": schema } } }),
    );
    for status in problems {
        responses.insert(
            status.to_string(),
            json!({
                "description": "A problem (RFC 9457).",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDetails" } } },
            }),
        );
    }
    let parameters: Vec<Value> = tables
        .iter()
        .flat_map(|table| table.iter())
        .map(parameter_object)
        .collect();
    json!({ "operationId": id, "summary": summary, "parameters": parameters, "responses": responses })
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
        Shape::Date => json!({ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" }),
        Shape::Choice(words) => json!({ "type": "string", "enum": words, "default": words[0] }),
        Shape::Whole { min, max, default } => {
            json!({ "type": "integer", "minimum": min, "maximum": max, "default": default })
        }
    }
}
