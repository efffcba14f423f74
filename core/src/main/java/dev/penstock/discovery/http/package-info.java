/**
 * What this project's sources that are asked by HTTP share; no part of the public API.
 * {@link dev.penstock.discovery.http.Call} is an answer to come, {@link dev.penstock.discovery.http.OwnedClient} asks.
 */
@NullMarked
package dev.penstock.discovery.http;

import org.jspecify.annotations.NullMarked;
