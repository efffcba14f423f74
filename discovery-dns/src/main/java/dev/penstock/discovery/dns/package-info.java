/**
 * Endpoints from DNS: A, AAAA and SRV records, asked for again and again.
 *
 * <p>Start at {@link dev.penstock.discovery.dns.DnsDiscoveryFactory}. Inside, from the wire upwards: {@code Wire} carries
 * questions, {@code Nameservers} asks one server after another, {@code Questions} asks nothing twice, {@code Names}
 * follows aliases and search domains, {@code DnsReader} makes endpoints of it.
 */
@NullMarked
package dev.penstock.discovery.dns;

import org.jspecify.annotations.NullMarked;
