/**
 * What the side-by-side benchmark of proxies ({@code benchmarks/proxy}) needs in Java: other proxies on the JVM to compare
 * with, and loads that common tools do not make. Starting points: {@link dev.penstock.benchmarks.proxy.OpenLoop}, {@link
 * dev.penstock.benchmarks.proxy.UndertowPeer}.
 */
@NullMarked
package dev.penstock.benchmarks.proxy;

import org.jspecify.annotations.NullMarked;
