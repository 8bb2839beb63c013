package dev.parley.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Answers for the place in the network from which the example loads React: with the same React,
 * from Maven Central. It comes as CommonJS, so it is wrapped into modules.
 */
final class ReactModules {
  private static final String PLACE = "https://esm.sh/";

  private static final Map<String, String> FILES =
      Map.of(
          "react", "react/19.2.0/cjs/react.production.js",
          "scheduler", "scheduler/0.27.0/cjs/scheduler.production.js",
          "react-dom", "react-dom/19.2.0/cjs/react-dom.production.js",
          "react-dom/client", "react-dom/19.2.0/cjs/react-dom-client.production.js");

  private static final String REQUIRE =
      """
      const loaded = {};
      export function require(name) {
        if (!loaded[name]) {
          loaded[name] = { exports: {} };
          sources[name](loaded[name], loaded[name].exports, require);
        }
        return loaded[name].exports;
      }
      """;

  private ReactModules() {}

  /** From now on pages of this context find React there. */
  static void serveTo(BrowserContext context) {
    String all = all();
    serve(context, "all", all);
    serve(
        context,
        "react@19.2.0",
        "import { require } from './all';"
            + " export const { createElement, Fragment, useEffect, useState } = require('react');");
    serve(
        context,
        "react-dom@19.2.0/client",
        "import { require } from '../all';"
            + " export const { createRoot } = require('react-dom/client');");
  }

  private static String all() {
    StringBuilder code = new StringBuilder("const sources = {\n");
    FILES.forEach(
        (name, file) ->
            code.append("'%s': (module, exports, require) => {\n".formatted(name))
                .append(read(file))
                .append("\n},\n"));
    return code.append("};\n").append(REQUIRE).toString();
  }

  private static void serve(BrowserContext context, String path, String code) {
    context.route(
        PLACE + path,
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/javascript")
                    .setHeaders(Map.of("Access-Control-Allow-Origin", "*"))
                    .setBody(code)));
  }

  private static String read(String file) {
    String path = "META-INF/resources/webjars/" + file;
    try (InputStream in = ReactModules.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is not on the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(path + " cannot be read", e);
    }
  }
}
