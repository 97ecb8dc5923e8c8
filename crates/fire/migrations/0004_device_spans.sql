-- High-rate, beside the journal: what was heard of each device, in each hour of the last two days and each day of the
-- last quarter. `span`: hour, day. `heard` is time, in microseconds; the row without a device is the node's own, and
-- its `heard` is how long it listened. Of charge and signal the lowest is kept.
CREATE TABLE device_spans (
    commune TEXT NOT NULL,
    device TEXT NOT NULL,
    span TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    heard BIGINT NOT NULL,
    battery_percent BIGINT,
    signal_percent BIGINT,
    faults BIGINT NOT NULL,
    ring_tests BIGINT NOT NULL,
    rings BIGINT NOT NULL,
    PRIMARY KEY (commune, device, span, starts_at)
);
