/**
 * Clients and judges for tests that speak to a server over the wire. They use the JDK only and know
 * nothing of the server's classes, so that what they find is what any client would find.
 */
package dev.parley.testkit;
