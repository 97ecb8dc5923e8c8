//! Rectangles to and from the camera's measure.

use super::*;
use crate::onvif::xml;

const CORNER: Mask = Mask { x: 0, y: 0, width: 500, height: 250 };

fn told(points: &[(f64, f64)], kind: &str, enabled: &str) -> Drawn {
    let points: Vec<String> =
        points.iter().map(|(x, y)| format!("<tt:Point y=\"{y}\" x=\"{x}\"/>")).collect();
    let points = points.concat();
    let mask = format!(
        "<m:Masks token='1'><m:ConfigurationToken>c</m:ConfigurationToken><m:Polygon>{points}</m:Polygon>\
         <m:Type>{kind}</m:Type><m:Enabled>{enabled}</m:Enabled></m:Masks>"
    );
    Drawn::read(&xml::read(mask.as_bytes()).unwrap()).unwrap()
}

#[test]
fn thousandths_from_the_upper_left_become_the_cameras_measure() {
    let area = Area::of(CORNER).unwrap();
    assert_eq!(
        [area.left, area.right, area.bottom, area.top].map(|edge| edge.to_string()),
        ["-1", "0", "0.5", "1"]
    );
    let beyond = Area::of(Mask { x: 900, y: 999, width: 65_535, height: 65_535 }).unwrap();
    assert_eq!([beyond.right, beyond.bottom].map(|edge| edge.to_string()), ["1", "-1"]);
    for nothing in [Mask { x: 1000, ..CORNER }, Mask { y: 65_535, ..CORNER }, Mask { height: 0, ..CORNER }] {
        assert_eq!(Area::of(nothing), None);
    }
    assert_eq!(
        area.drawn(Some("a\"b"), "c<"),
        "<Mask token=\"a&quot;b\"><ConfigurationToken>c&lt;</ConfigurationToken><Polygon><tt:Point x=\"-1.000\" y=\"0.500\"/>\
         <tt:Point x=\"0.000\" y=\"0.500\"/><tt:Point x=\"0.000\" y=\"1.000\"/><tt:Point x=\"-1.000\" y=\"1.000\"/>\
         </Polygon><Type>Color</Type><Enabled>true</Enabled></Mask>"
    );
}

#[test]
fn only_a_black_rectangle_that_is_switched_on_hides() {
    let area = Area::of(CORNER).unwrap();
    let corners = [(0.0, 1.0), (-1.0, 1.0), (-1.0, 0.5), (0.0, 0.5)];
    assert!(told(&corners, "Color", "true").hides(&area));
    let closed = [corners.as_slice(), &corners[..1]].concat();
    assert!(told(&closed, "Color", "1").hides(&area));
    assert!(!told(&corners, "Blurred", "true").hides(&area));
    assert!(!told(&corners, "Color", "false").hides(&area));
    let triangle = told(&corners[..3], "Color", "true");
    assert!(triangle.area.is_none() && !triangle.hides(&area));
    let dented = [corners.as_slice(), &[(-0.5, 0.75)]].concat();
    assert!(!told(&dented, "Color", "true").hides(&area));
    assert!(!told(&[], "Color", "true").hides(&area));
    assert!(!told(&[(f64::NAN, 1.0); 4], "Color", "true").hides(&area));
}

#[test]
fn an_edge_may_be_off_by_one_hundredth_of_the_picture_and_not_more() {
    let area = Area::of(CORNER).unwrap();
    let to = |right: f64| told(&[(-1.0, 1.0), (right, 1.0), (right, 0.5), (-1.0, 0.5)], "Color", "true");
    assert!(to(-0.02).hides(&area) && !to(-0.03).hides(&area));
    assert!(to(1.0).hides(&area) && !to(1.0).is_no_larger(&area) && to(0.02).is_no_larger(&area));
}

#[test]
fn what_lies_beside_a_small_rectangle_does_not_hide_it() {
    let small = Area::of(Mask { x: 500, y: 500, width: 8, height: 8 }).unwrap();
    let beside = told(&[(-0.5, 0.5), (0.0, 0.5), (0.0, -0.5), (-0.5, -0.5)], "Color", "true");
    assert!(!beside.hides(&small));
    let over = told(&[(-0.5, 0.5), (0.013, 0.5), (0.013, -0.5), (-0.5, -0.5)], "Color", "true");
    assert!(over.hides(&small));
}
