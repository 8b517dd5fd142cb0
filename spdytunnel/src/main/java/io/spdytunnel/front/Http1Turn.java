package io.spdytunnel.front;

/**
 * What the connection of an HTTP/1.1 visitor waits for, or does.
 *
 * <pre>
 *            first byte         head complete              answer written, upload read
 *     IDLE ────────────► HEAD ────────────────► EXCHANGE ──────────────────────────────► IDLE
 *                         │ refused                 │ refused, or to be closed with unread bytes
 *                         └─────────► LINGERING ◄───┤
 *                            RAW ◄── answer grants ─┘ CONNECT or Upgrade
 *     any of them ── the visitor left, or we did ──► CLOSED
 * </pre>
 *
 * <p>A visitor who ends its half behind a whole request has not left, and is CLOSED when it has been answered; where
 * nothing was asked for, or not all of it, it has.
 */
enum Http1Turn {
    IDLE,
    HEAD,
    EXCHANGE,
    LINGERING,
    RAW,
    CLOSED
}
