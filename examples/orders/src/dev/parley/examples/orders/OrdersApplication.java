package dev.parley.examples.orders;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The application's own HTTP interface. */
@ApplicationPath("/api")
public class OrdersApplication extends Application {}
