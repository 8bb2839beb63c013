/**
 * Laid over a copy of the WAR by {@code lay=asking}: asks for the server's name at each handshake,
 * as the server's own WebSocket code did if Parley let it. Never part of the product.
 */
@NullMarked
package dev.parley.bench.asking;

import org.jspecify.annotations.NullMarked;
