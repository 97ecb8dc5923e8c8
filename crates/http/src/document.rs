//! What the OpenAPI document says of problems.

use crate::{
    BODY_CUT_SHORT, BODY_TOO_LARGE, IDEMPOTENCY_KEY_NEEDED, Kind, NOT_JSON, NOT_SAVED, WRONG_FIELDS,
    WRONG_MEDIA_TYPE,
    problem::{Shown, ShownField},
};
use crate::{BUSY, FAILED, IDEMPOTENCY_KEY_REUSED, NO_SUCH_ADDRESS, OTHER_SITE, TOO_MUCH_AT_ONCE, TOO_SLOW};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{
    PartialSchema,
    openapi::{
        HttpMethod, Info, License, OpenApi, Ref, RefOr,
        content::ContentBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        response::ResponseBuilder,
        schema::{Object, SchemaType, Type},
    },
};

/// Whether a write acts once for its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once {
    /// It asks for a key.
    Keyed,
    /// It looks at none.
    Unkeyed,
}

/// The problems that a method may answer with wherever it stands.
fn everywhere(path: &str, method: &HttpMethod, has_body: bool, once: Once) -> Vec<Kind> {
    let mut kinds = vec![BUSY, TOO_SLOW, FAILED];
    if path.contains('{') {
        // What stands in the braces is no such id.
        kinds.push(NO_SUCH_ADDRESS);
    }
    if is_write(method) {
        kinds.extend([OTHER_SITE, NOT_SAVED, TOO_MUCH_AT_ONCE, BODY_TOO_LARGE, BODY_CUT_SHORT]);
        if once == Once::Keyed {
            kinds.extend([IDEMPOTENCY_KEY_NEEDED, IDEMPOTENCY_KEY_REUSED]);
        }
    }
    if has_body {
        kinds.extend([NOT_JSON, WRONG_MEDIA_TYPE, WRONG_FIELDS]);
    }
    kinds
}

fn is_write(method: &HttpMethod) -> bool {
    !matches!(method, HttpMethod::Get | HttpMethod::Head)
}

/// Documents these problems, and those that any endpoint may answer with, on every operation of `item`.
pub fn add_problems(path: &str, item: &mut PathItem, kinds: &[Kind], once: Once) {
    let operations: [(HttpMethod, &mut Option<Operation>); 6] = [
        (HttpMethod::Get, &mut item.get),
        (HttpMethod::Put, &mut item.put),
        (HttpMethod::Post, &mut item.post),
        (HttpMethod::Delete, &mut item.delete),
        (HttpMethod::Patch, &mut item.patch),
        (HttpMethod::Head, &mut item.head),
    ];
    for (method, operation) in operations {
        if let Some(operation) = operation {
            let shared = everywhere(path, &method, operation.request_body.is_some(), once);
            add_to(operation, kinds.iter().copied().chain(shared));
            if once == Once::Keyed && is_write(&method) {
                operation.parameters.get_or_insert_default().push(RefOr::T(key_parameter()));
            }
        }
    }
}

fn add_to(operation: &mut Operation, kinds: impl Iterator<Item = Kind>) {
    let mut by_status: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(kind.class.status().as_u16()).or_default().insert(kind.code);
    }
    for (status, codes) in by_status {
        let codes: Vec<_> = codes.into_iter().map(|code| format!("`{code}`")).collect();
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response =
            ResponseBuilder::new().description(codes.join(", ")).content("application/problem+json", content);
        operation.responses.responses.entry(status.to_string()).or_insert_with(|| RefOr::T(response.build()));
    }
}

fn key_parameter() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(utoipa::openapi::Required::True)
        .description(Some("A UUID of the caller's own: the same key with the same request acts once."))
        .schema(Some(Object::with_type(SchemaType::Type(Type::String))))
        .build()
}

/// Says whose document it is, and adds the schemas that every one needs.
pub fn finish(document: &mut OpenApi) {
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".into());
    document.info = Info::new("Liên Gia", env!("CARGO_PKG_VERSION"));
    document.info.license = Some(license);
    let schemas = &mut document.components.get_or_insert_default().schemas;
    schemas.insert("Problem".into(), Shown::schema());
    schemas.insert("ProblemField".into(), ShownField::schema());
}

/// Documents `after` and `limit` on the GET of `item`.
pub fn describe_page(item: &mut PathItem) {
    let parameter = |name: &str, says: &str| {
        ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).description(Some(says)).build()
    };
    if let Some(get) = &mut item.get {
        let parameters = get.parameters.get_or_insert_default();
        parameters
            .push(RefOr::T(parameter("after", "Where the page begins: the `next` of the page before.")));
        parameters
            .push(RefOr::T(parameter("limit", "Items on the page, 1 to 200; 50 where it is left out.")));
    }
}
