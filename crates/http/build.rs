//! Collects texts/{vi,en,id}/*.ftl, so that the program carries its texts within.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let texts = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder"))
        .join("../../texts")
        .canonicalize()
        .expect("the workspace has texts/");
    println!("cargo::rerun-if-changed={}", texts.display());
    let mut list = String::from("[\n");
    for language in ["vi", "en", "id"] {
        let folder = texts.join(language);
        println!("cargo::rerun-if-changed={}", folder.display());
        let files = fs::read_dir(&folder).expect("texts/ has a folder for each language");
        let mut files: Vec<_> = files.map(|file| file.expect("a readable folder").path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "ftl")) {
            // The browser's own: each app has a bundle of its own, and they may use the same ids.
            if file.file_stem().is_some_and(|area| area == "home" || area == "desk") {
                continue;
            }
            let path = file.to_str().expect("a path in UTF-8");
            writeln!(list, "    ({language:?}, {path:?}, include_str!({path:?})),").expect("memory");
        }
    }
    list.push(']');
    let out = Path::new(&env::var("OUT_DIR").expect("cargo names a folder for output")).join("texts.rs");
    fs::write(out, list).expect("the folder for output is writable");
}
