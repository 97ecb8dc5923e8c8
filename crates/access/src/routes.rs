//! Routes, each declared with its action: an endpoint that nobody thought about does not exist.

use crate::{
    Access, AccessError, NOT_ALLOWED, SIGNED_OUT, TOO_MANY_WRITES, caller::Declared, cookie, rules::Action,
};
use axum::{
    Extension, Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use liengia_http::{
    BUSY, Kind, MAX_BODY, Once, Problem, Urgent, add_problems, finish, remember_strangers_writes,
    remember_writes,
};
use serde_json::Value;
use std::time::Duration;
use utoipa::openapi::{
    OpenApi,
    path::PathItem,
    security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Who may come through a route at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// A signed-in caller, for these actions; the handler asks for a permit.
    Actions(&'static [Action]),
    /// Anyone, for this reason.
    Public(&'static str),
}

/// One route, for the snapshot of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteEntry {
    /// `GET`, `POST`...
    pub method: &'static str,
    /// The path, with its variables in braces.
    pub path: String,
    /// Who may come through.
    pub guard: Guard,
    /// The problems that it documents besides those of every endpoint.
    pub problems: Vec<Kind>,
}

/// The routes of a capability.
pub struct Routes<S = ()> {
    router: Router<S>,
    /// What each says of itself, as text: kept as it comes, all of it holds ten times the memory and leaves holes between
    /// what stays.
    documents: Vec<Box<str>>,
    table: Vec<RouteEntry>,
}

/// Finished routes.
pub struct Built {
    /// The router, without the shell.
    pub router: Router,
    /// Their OpenAPI document, as JSON.
    pub document: String,
    /// All of them, in the order of path and method.
    pub table: Vec<RouteEntry>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes.
    pub fn new() -> Self {
        Self { router: Router::new(), documents: Vec::new(), table: Vec::new() }
    }

    /// Adds an endpoint for signed-in callers: `actions` are those for which its handler asks a permit, `problems` those
    /// that it may answer with besides the ones of every endpoint.
    #[must_use]
    pub fn route(self, actions: &'static [Action], route: UtoipaMethodRouter<S>, problems: &[Kind]) -> Self {
        self.add(Guard::Actions(actions), route, problems, Once::Keyed)
    }

    /// The same for one whose body may be of so many bytes.
    #[must_use]
    pub fn route_within(
        self,
        most: usize,
        actions: &'static [Action],
        route: UtoipaMethodRouter<S>,
        problems: &[Kind],
    ) -> Self {
        self.add_within(most, Guard::Actions(actions), route, problems, Once::Keyed)
    }

    /// Adds an endpoint for anyone, and says why.
    #[must_use]
    pub fn public(self, why: &'static str, route: UtoipaMethodRouter<S>, problems: &[Kind]) -> Self {
        self.add(Guard::Public(why), route, problems, Once::Unkeyed)
    }

    /// The same for one that writes once for its key.
    #[must_use]
    pub fn public_once(self, why: &'static str, route: UtoipaMethodRouter<S>, problems: &[Kind]) -> Self {
        self.add(Guard::Public(why), route, problems, Once::Keyed)
    }

    fn add(self, guard: Guard, route: UtoipaMethodRouter<S>, problems: &[Kind], once: Once) -> Self {
        self.add_within(MAX_BODY, guard, route, problems, once)
    }

    fn add_within(
        mut self,
        most: usize,
        guard: Guard,
        route: UtoipaMethodRouter<S>,
        problems: &[Kind],
        once: Once,
    ) -> Self {
        let (schemas, mut paths, methods) = route;
        let mut kinds = problems.to_vec();
        let methods = match guard {
            Guard::Actions(actions) => {
                kinds.extend([SIGNED_OUT, NOT_ALLOWED]);
                methods
                    .layer(Extension(Declared(actions)))
                    .layer(from_fn(move |request: Request, next: Next| remember_writes(most, request, next)))
                    .layer(from_fn(known_first))
            }
            Guard::Public(_) => methods.layer(from_fn(move |request: Request, next: Next| {
                remember_strangers_writes(most, request, next)
            })),
        };
        for (path, item) in &mut paths.paths {
            let mut kinds = kinds.clone();
            if matches!(guard, Guard::Actions(_)) {
                if methods_of(item).into_iter().any(|method| method != "GET") {
                    kinds.push(TOO_MANY_WRITES);
                }
                ask_for_session(item);
            }
            add_problems(path, item, &kinds, once);
            let entries = methods_of(item).into_iter();
            self.table.extend(entries.map(|method| RouteEntry {
                method,
                path: path.clone(),
                guard,
                problems: kinds.clone(),
            }));
        }
        let (router, document) = OpenApiRouter::new().routes((schemas, paths, methods)).split_for_parts();
        self.documents.push(written(&document));
        self.router = self.router.merge(router);
        self
    }

    /// These routes and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.documents.extend(other.documents);
        self.table.extend(other.table);
        self
    }

    /// The routes with what their handlers share.
    pub fn with_state(self, state: S) -> Routes<()> {
        Routes { router: self.router.with_state(state), documents: self.documents, table: self.table }
    }
}

impl Routes<()> {
    /// Finishes: callers are found by `access`.
    pub fn build(mut self, access: &Access) -> Built {
        self.table.sort_by(|one, other| (&one.path, one.method).cmp(&(&other.path, other.method)));
        let mut document = OpenApi::default();
        finish(&mut document);
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
            cookie::SESSION.secure,
            "The session that signing in, joining or a one-time link opened in this browser. Without HTTPS, on the \
             machine itself, its name has no `__Host-`.",
        ));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(SESSION, SecurityScheme::ApiKey(cookie));
        let document = whole(&written(&document), &self.documents);
        Built { router: self.router.layer(Extension(access.clone())), document, table: self.table }
    }
}

fn written(document: &OpenApi) -> Box<str> {
    // It holds texts and numbers alone.
    document.to_json().expect("a document of strings is text").into()
}

/// One document that says what these parts say of paths and schemas, and the first one of everything else.
fn whole(first: &str, parts: &[Box<str>]) -> String {
    // What is read here was written by `written`.
    let read = |text: &str| -> Value { serde_json::from_str(text).expect("it can be read") };
    let mut whole = read(first);
    for part in parts {
        add(&mut whole, read(part), &["paths", "components", "schemas"]);
    }
    whole.to_string()
}

/// Adds to an object what it does not have; what both have is looked into where it is one of these names, or a path.
fn add(to: &mut Value, part: Value, within: &[&str]) {
    let (Value::Object(to), Value::Object(part)) = (to, part) else { return };
    for (name, value) in part {
        match to.get_mut(&name) {
            Some(there) if within.contains(&name.as_str()) || name.starts_with('/') => {
                add(there, value, within);
            }
            Some(_) => {}
            None => {
                to.insert(name, value);
            }
        }
    }
}

/// Refuses a write of somebody who is not signed in, and one too many of somebody who is, before its body is waited for.
async fn known_first(request: Request, next: Next) -> Response {
    // Where `access` is missing, [`crate::Caller`] says so.
    let access = request.extensions().get::<Access>().filter(|_| !request.method().is_safe()).cloned();
    let Some(access) = access else { return next.run(request).await };
    let Some(live) = access.held(request.headers()) else {
        return Problem::from(AccessError::SignedOut).into_response();
    };
    let urgent = request.extensions().get::<Urgent>().is_some_and(|Urgent(urgent)| *urgent);
    // It is worked on until the answer begins.
    let Some(_working) = access.0.at_work.begin(live.id, urgent) else {
        return Problem::new(BUSY).after(BUSY_FOR).into_response();
    };
    if urgent {
        return next.run(request).await;
    }
    if let Err(wait) = access.0.paces.pass(live.id, access.0.config.clock.elapsed()) {
        return Problem::from(AccessError::TooManyWrites { wait }).into_response();
    }
    let answer = next.run(request).await;
    if answer.status().is_client_error() {
        access.0.paces.refused(live.id);
    }
    answer
}

/// The name of the session's cookie in the document.
const SESSION: &str = "session";

fn ask_for_session(item: &mut PathItem) {
    let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    for operation in operations.into_iter().flatten() {
        operation.security = Some(vec![SecurityRequirement::new(SESSION, Vec::<String>::new())]);
    }
}

/// When a session that has too much under way is told to come again.
const BUSY_FOR: Duration = Duration::from_secs(2);

fn methods_of(item: &PathItem) -> Vec<&'static str> {
    let all = [
        ("DELETE", item.delete.is_some()),
        ("GET", item.get.is_some()),
        ("PATCH", item.patch.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(method, _)| method).collect()
}

/// All routes as a table, a line for each: what anyone may ask for, and for what the others need a role. For the snapshot
/// of a whole node.
pub fn routes_text(table: &[RouteEntry]) -> String {
    let line = |entry: &RouteEntry| {
        let guard = match entry.guard {
            Guard::Actions(actions) => actions.iter().map(Action::to_string).collect::<Vec<_>>().join(", "),
            Guard::Public(why) => format!("anyone: {why}"),
        };
        format!("{} {} -> {guard}\n", entry.method, entry.path)
    };
    table.iter().map(line).collect()
}
