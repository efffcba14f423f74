/**
 * What a balancer does to latency, errors and load, before any request is sent: the production classes run in virtual time
 * against modelled endpoints. Start at {@link dev.penstock.simulator.Simulation} and {@link dev.penstock.simulator.Scenarios}.
 */
@NullMarked
package dev.penstock.simulator;

import org.jspecify.annotations.NullMarked;
