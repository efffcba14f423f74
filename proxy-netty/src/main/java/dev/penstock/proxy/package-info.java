/** HTTP reverse proxy on Netty: listeners around a Penstock. */
@NullMarked
package dev.penstock.proxy;

import org.jspecify.annotations.NullMarked;
