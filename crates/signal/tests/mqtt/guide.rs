//! What docs/guide/devices.md tells people to type, typed.

use crate::support::{Node, Paired, an_alarm, rang};
use liengia_signal::mqtt::{Cause, Command, Heard, Kind, Press, Profile, Ringing, Sound};
use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, Stdio},
    time::Duration,
};

/// The shell lines of the guide that contain this, for this device.
fn lines(part: &str, node: &Node, who: &Paired) -> String {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/devices.md");
    let guide = std::fs::read_to_string(guide).expect("the guide");
    let mut blocks = guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let block = blocks.find(|block| block.contains(part)).expect("the guide says it");
    let address = node.address();
    let block = block.replace("HOST=HOST PORT=PORT ID=USER SECRET=SECRET", "HOST=H_ PORT=P_ ID=U_ SECRET=S_");
    block
        .replace("-h HOST -p PORT -u USER -P SECRET", "-h H_ -p P_ -u U_ -P S_")
        .replace("lg/USER", "lg/U_")
        .replace("H_", &address.ip().to_string())
        .replace("P_", &address.port().to_string())
        .replace("U_", &who.id.to_string())
        .replace("S_", &who.secret)
}

/// A shell and everything it started.
struct Shell(Child);

impl Shell {
    fn run(script: &str) -> Self {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", script]).process_group(0).stdin(Stdio::null()).stdout(Stdio::piped());
        Self(command.spawn().expect("a shell"))
    }

    fn line(&mut self, part: &str) -> String {
        let output = BufReader::new(self.0.stdout.as_mut().expect("piped"));
        output.lines().map_while(Result::ok).find(|line| line.contains(part)).expect("it says so")
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        drop(std::process::Command::new("kill").args(["-KILL", "--", &group]).status());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_two_commands_are_a_bell_and_a_button() {
    let mut node = Node::start();
    let (bell, button) = (node.pair(Kind::Bell, Profile::Liengia), node.pair(Kind::Button, Profile::Liengia));
    let mut listening = Shell::run(&lines("mosquitto_sub", &node, &bell));
    node.until(|heard| *heard == Heard::Arrived).await;
    let _pressing = Shell::run(&lines("mosquitto_pub", &node, &button));
    let pressed = node.until(Heard::is_urgent).await;
    assert_eq!((pressed.device, pressed.heard), (button.id, Heard::Press(Press::plain(Cause::Button))));
    let alarm = an_alarm();
    let ring = Command::Ring { alarm, sound: Sound::Live, lasts: Duration::from_mins(5), origin: None };
    node.broker.tell(bell.id, &ring);
    let shown = tokio::task::spawn_blocking(move || listening.line("/ring ")).await.expect("it shows");
    assert_eq!(shown, format!(r#"lg/{}/ring {{"alarm":"{alarm}","sound":"live","ttl":300}}"#, bell.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_is_a_whole_bell() {
    let mut node = Node::start();
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let _script = Shell::run(&lines("say()", &node, &bell));
    node.until(|heard| matches!(heard, Heard::Heartbeat(_))).await;
    let alarm = an_alarm();
    let ring = Command::Ring { alarm, sound: Sound::Live, lasts: Duration::from_mins(5), origin: None };
    node.broker.tell(bell.id, &ring); // Told again if it subscribes only later.
    let heard = node.until(|heard| rang(heard).is_some()).await;
    assert_eq!(rang(&heard.heard), Some(Ringing { alarm, sound: Sound::Live }));
}
