/** Notifications: the inbox of each person, and of each tenant, beside the log that pushes it. */
@NullMarked
package dev.parley.notification;

import org.jspecify.annotations.NullMarked;
