/**
 * Who serves: a {@link dev.penstock.endpoint.ServiceName}, and the {@link dev.penstock.endpoint.Endpoint}s behind it.
 */
@NullMarked
package dev.penstock.endpoint;

import org.jspecify.annotations.NullMarked;
