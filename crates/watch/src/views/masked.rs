//! What drawing, forgetting and blackening anew change of a camera.

use crate::event::{Masking, WatchEvent};
use liengia_journal::Value;
use liengia_kernel::{CameraId, Timestamp};

/// The columns of a camera that this changes, with their values from `$4` on. That a camera forgot stays known with the
/// time of it, since what it recorded then is bare; until its home says that all may be seen.
pub(super) fn masked(event: &WatchEvent, at: Timestamp) -> Option<(&CameraId, &'static str, Vec<Value>)> {
    Some(match event {
        WatchEvent::MasksDrawn { camera, masks, masking, .. } => {
            let all_is_fine = matches!(masking, Masking::None | Masking::OwnerSaysFine);
            // What was recorded before is bare of what was drawn now.
            let columns = if all_is_fine {
                "masks = $4, masking = $5, bare_from = NULL, bare_to = NULL"
            } else {
                "bare_from = CASE WHEN masks = $4 THEN bare_from ELSE added_at END, \
                 bare_to = CASE WHEN masks <> $4 THEN $6 WHEN bare_from IS NULL THEN NULL ELSE COALESCE(bare_to, $6) END, \
                 masks = $4, masking = $5"
            };
            let masks = serde_json::to_string(masks).unwrap_or_default();
            let mut values = vec![Value::from(masks), masking.to_string().into()];
            if !all_is_fine {
                values.push(at.into());
            }
            (camera, columns, values)
        }
        // Forgotten twice, all between is taken for bare.
        WatchEvent::MasksLost { camera, since } => (
            camera,
            "masking = $4, bare_from = COALESCE(bare_from, $5), bare_to = NULL",
            vec![Masking::Withheld.to_string().into(), (*since).into()],
        ),
        WatchEvent::MasksBack { camera } => {
            (camera, "masking = $4, bare_to = $5", vec![Masking::ByCamera.to_string().into(), at.into()])
        }
        _ => return None,
    })
}
