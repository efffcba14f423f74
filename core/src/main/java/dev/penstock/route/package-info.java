/**
 * Which service a request belongs to: a {@link dev.penstock.route.Router} decides, a {@link dev.penstock.route.Route}
 * is one rule of its table, a {@link dev.penstock.route.Match} that rule's condition.
 */
@NullMarked
package dev.penstock.route;

import org.jspecify.annotations.NullMarked;
