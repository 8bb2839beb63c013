package dev.parley.platform;

import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.Singleton;

/**
 * Defines the one data source, {@code java:app/jdbc/parley}. The pool's size is part of the
 * definition: 24 connections serve 16 command threads, the append lanes and the timers, and stay
 * far below PostgreSQL's default of 100 with three nodes.
 */
@Singleton
@DataSourceDefinition(
    name = "java:app/jdbc/parley",
    className = "dev.parley.platform.ParleyDataSource",
    minPoolSize = 4,
    maxPoolSize = 24,
    loginTimeout = 5)
public class DataSourceConfiguration {}
