/** Fakes, manual time, and the contracts that a Discovery and a Balancer of a third party must keep. */
@NullMarked
package dev.penstock.testkit;

import org.jspecify.annotations.NullMarked;
