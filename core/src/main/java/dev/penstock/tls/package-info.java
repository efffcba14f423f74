/** What is said of TLS: the proxy's certificates, what it asks of clients, and how it calls endpoints. Records only. */
@NullMarked
package dev.penstock.tls;

import org.jspecify.annotations.NullMarked;
