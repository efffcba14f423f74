/** HTTP reverse proxy on Netty: start at {@link dev.penstock.proxy.Gateway}. */
@NullMarked
package dev.penstock.proxy;

import org.jspecify.annotations.NullMarked;
