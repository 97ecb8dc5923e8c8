//! `liengia openapi`: the document from which the browser's client is made.

/// Prints the document.
pub fn print() -> anyhow::Result<()> {
    let document = crate::api::document()?;
    print!("{document}");
    Ok(())
}
