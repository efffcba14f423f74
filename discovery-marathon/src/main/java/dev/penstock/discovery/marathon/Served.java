package dev.penstock.discovery.marathon;

import dev.penstock.endpoint.Endpoint;

/**
 * One port of one task. Immutable.
 *
 * @param app the id of its app
 * @param port of the app
 * @param servicePort after labels; 0 if there is none
 * @param own whether the task listens on that very port of its host
 * @param endpoint the address with its phase and weight
 */
record Served(String app, Port port, int servicePort, boolean own, Endpoint endpoint) {}
