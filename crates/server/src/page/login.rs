//! Draws the login page.

use askama::Template;

use crate::page::frame::Frame;
use crate::page::i18n::fill;
use crate::request::language::Ui;

/// What the login page shows.
pub(crate) struct LoginView {
    pub(crate) ui: Ui,
    pub(crate) chosen: Option<Ui>,
    /// Address to go on to.
    pub(crate) next: String,
    /// True behind a name and a password that did not fit.
    pub(crate) has_failed: bool,
    /// True if a name and a password can be typed.
    pub(crate) has_passwords: bool,
    /// Name of the user who is logged in.
    pub(crate) user: Option<String>,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: Frame,
    view: &'a LoginView,
    logged_in: Option<String>,
}

/// Draws the form, or the way out for who is logged in.
pub(crate) fn render_login(view: &LoginView) -> String {
    let text = view.ui.text();
    let kept = [("next", view.next.clone())];
    let kept = if view.next == "/" { &[][..] } else { &kept };
    let page = LoginPage {
        frame: Frame::for_anybody(view.ui, view.chosen, text.login_title, "/login", kept),
        logged_in: view
            .user
            .as_ref()
            .map(|name| fill(text.login_as, &[("name", name)])),
        view,
    };
    page.render().expect("writing to a string does not fail")
}
