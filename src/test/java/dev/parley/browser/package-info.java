/** The pages in a real Chromium, against a real node. */
@NullMarked
package dev.parley.browser;

import org.jspecify.annotations.NullMarked;
