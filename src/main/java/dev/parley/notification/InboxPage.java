package dev.parley.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of an inbox, newest first. Public, as all that a stateless bean answers with, because the
 * server's proxies live in another class loader.
 *
 * @param unread of all, not of the page
 * @param upTo the newest numbers that there were
 * @param next where the next page begins; null when there is none
 */
public record InboxPage(
    List<Notification> notifications, long unread, UpTo upTo, @Nullable UpTo next) {}
