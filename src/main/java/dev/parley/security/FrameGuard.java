package dev.parley.security;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Whether the frames of the WebSocket that this handshake opens are checked before anything is
 * allocated for them. Where they are not, a few bytes make some servers allocate gigabytes, so only
 * known callers get that far. Any thread; must not block.
 */
public interface FrameGuard {
  boolean guards(HttpServletRequest request);
}
