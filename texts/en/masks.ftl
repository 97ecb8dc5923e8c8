# Rectangles over a picture: on the phones and at the desk.
cam-mask-full = 8 parts are marked. Take one away to mark another.
cam-mask-add = Mark a part
cam-mask-n = Part { $n }
cam-mask-remove = Take away
cam-mask-remove-n = Take away part { $n }
cam-mask-keys = Arrow keys move it, with Shift they change its size, Delete takes it away.
cam-mask-move = Move and size part { $n }
cam-mask-left = Left
cam-mask-right = Right
cam-mask-up = Up
cam-mask-down = Down
cam-mask-wider = Wider
cam-mask-narrower = Narrower
cam-mask-taller = Taller
cam-mask-lower = Lower
