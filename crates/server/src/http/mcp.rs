//! The Model Context Protocol: the tools of [`assistant`](crate::http::assistant) over standard input and output, or over
//! HTTP at `/mcp`.
//!
//! Over HTTP every message is a request of its own, without a session to keep; hosts, origins, sizes and users are checked
//! by the middleware that checks those of all requests.

use std::io;
use std::sync::Arc;

use axum::http::request::Parts;
use rmcp::ErrorData;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use rmcp::transport::stdio;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::http::assistant::{Call, tools};
use crate::http::client::Client;
use crate::http::pool::run_for;
use crate::http::site::Site;
use crate::request::limits::MAX_MESSAGE_BYTES;

/// What an assistant is told first.
const INSTRUCTIONS: &str = "Search policy documents in Chinese and English, and quote them exactly. `search` finds \
    documents and quotes, `read` gives the text around them, `list_sources` says what there is. Quote only what these \
    tools return, with the document's title, the place and the address, so that a reader can verify it.";

/// The tools of one site.
#[derive(Clone)]
pub(crate) struct Assistant(Arc<Site>);

impl Assistant {
    async fn call(&self, request: CallToolRequestParams, client: Client) -> CallToolResult {
        let engine = match self.0.engine() {
            Ok(engine) => engine,
            Err(problem) => return failed(problem.detail),
        };
        let base = self.0.settings.base_url.as_ref();
        let origin = base.map_or_else(String::new, |base| base.as_str().to_owned());
        let run = self.0.pool.run(move || {
            let call = Call {
                engine: engine.as_ref(),
                origin: &origin,
            };
            call.run(&request.name, request.arguments.unwrap_or_default())
        });
        match run_for(client, run).await {
            Ok(Ok(value)) => CallToolResult::structured(value),
            Ok(Err(problem)) | Err(problem) => failed(problem.detail),
        }
    }
}

/// A result that says what was wrong, which the assistant reads.
fn failed(detail: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(detail)])
}

impl ServerHandler for Assistant {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let mut info = ServerConfig::new(capabilities);
        info.server_info = Implementation::new("polidex", env!("CARGO_PKG_VERSION"));
        info.instructions = Some(INSTRUCTIONS.to_owned());
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let listed = tools().map(|tool| {
            Tool::new(tool.name, tool.about, tool.schema)
                .with_title(tool.title)
                .with_annotations(ToolAnnotations::new().read_only(true).open_world(false))
        });
        Ok(ListToolsResult::with_all_items(listed.into()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        // Over HTTP the middleware has said whose request it is.
        let parts = context.extensions.get::<Parts>();
        let client = parts.and_then(|parts| parts.extensions.get::<Client>().copied());
        Ok(self.call(request, client.unwrap_or_default()).await.into())
    }
}

/// The service behind `/mcp`.
pub(crate) fn service(site: &Arc<Site>) -> StreamableHttpService<Assistant, NeverSessionManager> {
    let assistant = Assistant(Arc::clone(site));
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MAX_MESSAGE_BYTES)
        // The known hosts and origins are those of the site.
        .disable_allowed_hosts();
    let make = move || Ok(assistant.clone());
    StreamableHttpService::new(make, Arc::new(NeverSessionManager::default()), config)
}

/// Answers an assistant on standard input and output until it closes them.
///
/// # Errors
/// When the other side does not speak the protocol.
pub async fn serve_assistant(site: Arc<Site>) -> io::Result<()> {
    let running = Assistant(site).serve(stdio()).await;
    let running = running.map_err(io::Error::other)?;
    running.waiting().await.map_err(io::Error::other)?;
    Ok(())
}
