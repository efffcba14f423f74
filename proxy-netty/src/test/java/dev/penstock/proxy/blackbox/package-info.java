/** Tests of the gateway from outside: real sockets, real clients, its public API. */
@NullMarked
package dev.penstock.proxy.blackbox;

import org.jspecify.annotations.NullMarked;
