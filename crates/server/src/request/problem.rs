//! What is said when a request cannot be answered: problem details (RFC 9457), later drawn as JSON or as a page.
//!
//! A handler returns a [`Problem`]; its response carries it as an extension, and `guard::draw_problems`, which has seen
//! the request, writes the body. Details name what the client sent and what is allowed, never a path or a version of the
//! server.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::error::ServerError;
use crate::request::limits::RETRY_AFTER_SECONDS;

/// Reason why a request was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    UnknownParameter,
    MalformedParameter,
    RepeatedParameter,
    UnknownSource,
    MalformedRequest,
    UnknownDocument,
    UnknownAddress,
    MethodNotAllowed,
    BodyTooLarge,
    AddressTooLong,
    UnknownHost,
    LimitPassed,
    TooManyRequests,
    HeadersTooLarge,
    Internal,
    Busy,
    NotReady,
    LoginRequired,
    OtherOrigin,
}

impl ProblemKind {
    /// Every kind, for the help page that explains them.
    pub(crate) const ALL: [Self; 19] = [
        Self::UnknownParameter,
        Self::MalformedParameter,
        Self::RepeatedParameter,
        Self::UnknownSource,
        Self::MalformedRequest,
        Self::UnknownDocument,
        Self::UnknownAddress,
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::AddressTooLong,
        Self::UnknownHost,
        Self::LimitPassed,
        Self::TooManyRequests,
        Self::HeadersTooLarge,
        Self::Internal,
        Self::Busy,
        Self::NotReady,
        Self::LoginRequired,
        Self::OtherOrigin,
    ];

    /// The stable word of this kind: the anchor of its explanation on the help page.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::UnknownParameter => "unknown-parameter",
            Self::MalformedParameter => "malformed-parameter",
            Self::RepeatedParameter => "repeated-parameter",
            Self::UnknownSource => "unknown-source",
            Self::MalformedRequest => "malformed-request",
            Self::UnknownDocument => "unknown-document",
            Self::UnknownAddress => "unknown-address",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::BodyTooLarge => "body-too-large",
            Self::AddressTooLong => "address-too-long",
            Self::UnknownHost => "unknown-host",
            Self::LimitPassed => "limit-passed",
            Self::TooManyRequests => "too-many-requests",
            Self::HeadersTooLarge => "headers-too-large",
            Self::Internal => "internal",
            Self::Busy => "busy",
            Self::NotReady => "not-ready",
            Self::LoginRequired => "login-required",
            Self::OtherOrigin => "other-origin",
        }
    }

    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::UnknownParameter
            | Self::MalformedParameter
            | Self::RepeatedParameter
            | Self::UnknownSource
            | Self::MalformedRequest => StatusCode::BAD_REQUEST,
            Self::UnknownDocument | Self::UnknownAddress => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::AddressTooLong => StatusCode::URI_TOO_LONG,
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::LimitPassed => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy | Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
            Self::LoginRequired => StatusCode::UNAUTHORIZED,
            Self::OtherOrigin => StatusCode::FORBIDDEN,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::UnknownParameter => "unknown parameter",
            Self::MalformedParameter => "malformed parameter",
            Self::RepeatedParameter => "repeated parameter",
            Self::UnknownSource => "unknown source",
            Self::MalformedRequest => "malformed request",
            Self::UnknownDocument => "unknown document",
            Self::UnknownAddress => "unknown address",
            Self::MethodNotAllowed => "method not allowed",
            Self::BodyTooLarge => "request body too large",
            Self::AddressTooLong => "address too long",
            Self::UnknownHost => "unknown host",
            Self::LimitPassed => "limit passed",
            Self::TooManyRequests => "too many requests",
            Self::HeadersTooLarge => "request headers too large",
            Self::Internal => "internal error",
            Self::Busy => "too many searches at once",
            Self::NotReady => "no index yet",
            Self::LoginRequired => "login required",
            Self::OtherOrigin => "sent from another site",
        }
    }

    /// The kind that a bare status of a library's layer stands for.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::UnknownAddress,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::URI_TOO_LONG => Self::AddressTooLong,
            StatusCode::SERVICE_UNAVAILABLE => Self::Busy,
            status if status.is_client_error() => Self::MalformedRequest,
            _ => Self::Internal,
        }
    }
}

/// A request that cannot be answered, and what its sender should know.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// One sentence in English that says what to do.
    pub(crate) detail: String,
    /// The parameter that is to blame.
    pub(crate) parameter: Option<String>,
    /// The limit that was passed.
    pub(crate) limit: Option<PassedLimit>,
    /// Seconds after which asking again is worth it.
    pub(crate) retry_after: Option<u32>,
}

/// A limit that a request passed.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(crate) struct PassedLimit {
    /// Its name.
    pub(crate) name: &'static str,
    /// The most that is allowed.
    pub(crate) allowed: usize,
    /// What was asked for.
    pub(crate) found: usize,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let is_passing = matches!(kind, ProblemKind::Busy | ProblemKind::NotReady);
        let retry_after = is_passing.then_some(RETRY_AFTER_SECONDS);
        Self {
            kind,
            detail: detail.into(),
            parameter: None,
            limit: None,
            retry_after,
        }
    }

    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(crate) fn about(mut self, parameter: impl Into<String>) -> Self {
        self.parameter = Some(parameter.into());
        self
    }

    pub(crate) fn passing(mut self, limit: PassedLimit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The body of `application/problem+json`; `reference` is what the log has this failure under.
    pub(crate) fn to_details(&self, reference: &str) -> ProblemDetails {
        ProblemDetails {
            kind: format!("/help#{}", self.kind.slug()),
            code: self.kind.slug(),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            instance: format!("urn:polidex:problem:{reference}"),
            parameter: self.parameter.clone(),
            limit: self.limit,
        }
    }
}

fn schema_of_codes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ProblemKind::ALL.map(ProblemKind::slug) })
}

/// The body of a problem response (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProblemDetails {
    /// Where this kind of problem is explained.
    #[serde(rename = "type")]
    kind: String,
    /// The kind as a word that never changes.
    #[schemars(schema_with = "schema_of_codes")]
    code: &'static str,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What was wrong and what to do.
    detail: String,
    /// The reference id of this one failure, as a URN.
    instance: String,
    /// The parameter to blame, if it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// The limit that was passed, if it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<PassedLimit>,
}

impl From<ServerError> for Problem {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::LimitPassed { limit, allowed, unit, found } => Self::new(
                ProblemKind::LimitPassed,
                format!("the query passes the limit {limit}: at most {allowed} {unit}, this has {found}; shorten it"),
            )
            .about("q")
            .passing(PassedLimit { name: limit, allowed, found }),
            ServerError::UnknownSource { id } => Self::new(
                ProblemKind::UnknownSource,
                format!("there is no source `{id}` in the index; /api/v1/sources lists them"),
            )
            .about("source"),
            ServerError::Busy(error) => {
                tracing::warn!(error = %error, "the engine has too much to do");
                Self::new(ProblemKind::Busy, "the index has too much to do; try again in a moment")
            }
            // What is left names folders and the engine's inside: for the log alone.
            error => {
                tracing::error!(error = %error, "the engine failed");
                Self::new(ProblemKind::Internal, "the search could not be answered; try again in a moment")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
