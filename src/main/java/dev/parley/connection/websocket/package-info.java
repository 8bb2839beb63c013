/** Connections over WebSocket. */
@NullMarked
package dev.parley.connection.websocket;

import org.jspecify.annotations.NullMarked;
