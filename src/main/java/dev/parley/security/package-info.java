/**
 * From a credential to a {@link dev.parley.security.Caller}: tokens, tickets, the handshake filter.
 */
@NullMarked
package dev.parley.security;

import org.jspecify.annotations.NullMarked;
