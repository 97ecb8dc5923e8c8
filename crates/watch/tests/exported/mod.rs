//! Small recorded files, and exports of them.

use liengia_kernel::{SeededEntropy, Timestamp};
use liengia_watch::{
    evidence::{
        ExportKey, Proof, Span, Who,
        export::{Exported, Order, Piece, write},
    },
    fmp4::{Between, Track, init},
    media::{Codec, Parameters},
    proof::merkle,
    segment::{Buffers, Builder, Fragment, Hash, Header, hash_of},
};
use std::{
    fs,
    io::{Read as _, Write as _},
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

pub const CAMERA: [u8; 16] = *b"camera by a gate";
const BEGIN: i64 = 1_800_000_000_000_000;

/// A recorded file.
pub struct Recorded {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    pub hashes: Vec<Hash>,
    /// The last hash.
    pub end: Hash,
}

pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evidence").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

pub fn key() -> ExportKey {
    ExportKey::load(&ExportKey::generate(&SeededEntropy::new(3))).unwrap()
}

fn at(number: u64) -> Timestamp {
    Timestamp::from_micros(BEGIN) + Duration::from_millis(200 * number)
}

pub fn order() -> Order {
    let who = |id: &str| Who { unit: "Công an xã".into(), id: id.into() };
    Order {
        export: "0190-export".into(),
        node: "Node <b>1</b>".into(),
        commune: "Xã Thử".into(),
        asked_by: who("0190-asks"),
        approved_by: who("0190-approves"),
        purpose: "theft".into(),
        case_number: Some("12/2027".into()),
        asked_at: at(10),
        approved_at: at(20),
        made_at: at(30),
    }
}

fn parameters() -> [Parameters; 1] {
    [Parameters {
        codec: Codec::H264,
        config: (*b"\x01\x64\0\x1f\xff\xe0\0").into(),
        width: 640,
        height: 360,
        clock_rate: 90_000,
        channels: 0,
        name: "avc1.64001f".into(),
    }]
}

/// A fragment of five pictures of so many bytes.
pub fn fragment(buffers: &Buffers, number: u64, previous: Hash, picture: usize) -> Fragment {
    let mut builder = Builder::new(buffers, 5 * picture);
    let first = i64::try_from(number).unwrap() * 5;
    for place in 0..5 {
        builder.payload(picture).extend(std::iter::repeat_n(b'p', picture));
        builder.sample(Track::Pictures, (first + place) * 3600, picture, place == 0).unwrap();
    }
    let header = Header {
        camera: CAMERA,
        number,
        wall_us: at(number).as_micros(),
        previous,
        init: hash_of(&init(&parameters())),
        key: false,
        gap: false,
    };
    builder.close(header, Between { until: [Some((first + 5) * 3600), None], ..Between::default() }).unwrap()
}

pub fn recorded(name: &str, numbers: Range<u64>, mut previous: Hash) -> Recorded {
    let buffers = Buffers::new(2);
    let (mut bytes, mut hashes) = (init(&parameters()), Vec::new());
    assert_eq!(bytes.len(), 4096);
    for number in numbers {
        let one = fragment(&buffers, number, previous, 400);
        assert_eq!(one.bytes().len(), 8192);
        previous = one.hash;
        hashes.push(previous);
        bytes.extend_from_slice(one.bytes());
    }
    let path = folder(name).join("recorded.mp4");
    fs::write(&path, &bytes).unwrap();
    Recorded { path, bytes, hashes, end: previous }
}

/// All fragments of a file.
pub fn piece(path: &Path, numbers: Range<u64>) -> Piece {
    Piece {
        camera: CAMERA,
        camera_name: "Cổng A: nhà 2".into(),
        source: path.to_owned().into(),
        init_bytes: 4096,
        fragments: (0..numbers.end - numbers.start).map(|place| (4096 + 8192 * place, 8192)).collect(),
        first_fragment: numbers.start,
        from: at(numbers.start),
        until: at(numbers.end),
        gaps: vec![Span { from: at(1), until: at(2) }],
        proofs: Vec::new(),
    }
}

/// A file of three fragments with proofs for its first and last, and one of a single fragment with one.
pub fn with_proofs(name: &str) -> Vec<Piece> {
    let first = recorded(&format!("{name}-first"), 0..3, [0; 32]);
    let second = recorded(&format!("{name}-second"), 3..4, first.end);
    let files = [(&first, 0..3, &b"segment"[..]), (&second, 3..4, b"open")];
    let leaf = |(file, numbers, word): &(&Recorded, Range<u64>, &[u8])| {
        let (first, last) = (numbers.start.to_be_bytes(), (numbers.end - 1).to_be_bytes());
        [*word, &CAMERA, &first, &last, &merkle::root(&file.hashes), &file.end].concat()
    };
    let mut anchored: Vec<Vec<u8>> = files.iter().map(leaf).collect();
    anchored.push(b"another camera".into());
    let leaves: Vec<Hash> = anchored.iter().map(|leaf| merkle::leaf(leaf)).collect();
    let pieces = files.iter().enumerate().map(|(segment, (file, numbers, _))| {
        let proof = |place: usize| Proof {
            root: merkle::root(&leaves),
            fragment_number: numbers.start + place as u64,
            fragment_path: merkle::path(&file.hashes, place).unwrap(),
            fragment_place: place as u64,
            fragment_count: file.hashes.len() as u64,
            segment_leaf: anchored[segment].clone(),
            anchor_path: merkle::path(&leaves, segment).unwrap(),
            anchor_place: segment as u64,
            anchor_count: leaves.len() as u64,
            entry_seq: 77,
            entry_id: "0190-entry".into(),
            entry_hash: [9; 32],
        };
        let last = file.hashes.len() - 1;
        let proofs = if last == 0 { vec![proof(0)] } else { vec![proof(0), proof(last)] };
        Piece { proofs, ..piece(&file.path, numbers.clone()) }
    });
    pieces.collect()
}

/// An empty file to write an export to.
pub fn empty(name: &str) -> fs::File {
    let path = folder(&format!("{name}-export")).join("export.zip");
    fs::File::options().read(true).write(true).create_new(true).open(path).unwrap()
}

/// The ZIP with these pieces.
pub fn zip(name: &str, pieces: &[Piece]) -> (Vec<u8>, Exported) {
    let (mut file, mut bytes) = (empty(name), Vec::new());
    let mut seen = 0;
    let exported = write(&file, &order(), pieces.iter().cloned(), &key(), &mut |now| seen = now).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    assert_eq!(seen, exported.manifest.files.iter().map(|file| file.bytes).sum::<u64>(), "{name}");
    (bytes, exported)
}

/// A file of about so many bytes, in fragments of two megabytes.
pub fn large(folder: &Path, bytes: u64) -> (Vec<Piece>, u64) {
    large_of(folder, bytes, 400_000)
}

/// A file of about so many bytes, in fragments of five pictures.
pub fn large_of(folder: &Path, bytes: u64, picture: usize) -> (Vec<Piece>, u64) {
    let path = folder.join("recorded.mp4");
    let mut to = fs::File::create(&path).unwrap();
    to.write_all(&init(&parameters())).unwrap();
    let (buffers, mut at, mut previous, mut fragments) = (Buffers::new(2), 4096, [0; 32], Vec::new());
    while at < bytes {
        let one = fragment(&buffers, fragments.len() as u64, previous, picture);
        to.write_all(one.bytes()).unwrap();
        let length = one.bytes().len() as u64;
        fragments.push((at, length));
        (at, previous) = (at + length, one.hash);
    }
    (vec![Piece { fragments, ..piece(&path, 0..1) }], at)
}
