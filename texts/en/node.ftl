# The node: push.

problem-bad-subscription = This phone cannot be woken.
    .detail = Switch notifications off and on again, or use another browser.
