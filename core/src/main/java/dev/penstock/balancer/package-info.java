/**
 * Which endpoint a request gets: a {@link dev.penstock.balancer.Balancer} is the rule, a
 * {@link dev.penstock.balancer.Picker} the rule applied to the candidates of one snapshot,
 * a registry finds rules by name.
 */
@NullMarked
package dev.penstock.balancer;

import org.jspecify.annotations.NullMarked;
