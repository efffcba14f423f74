/** What a decision may read of an incoming request: start at {@link dev.penstock.request.Request}. */
@NullMarked
package dev.penstock.request;

import org.jspecify.annotations.NullMarked;
