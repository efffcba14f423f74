/**
 * Attacks on HTTP proxies as raw bytes, told apart by what came of them: see {@link dev.penstock.attack.AttackPack}.
 * Needs nothing but the JDK.
 */
@NullMarked
package dev.penstock.attack;

import org.jspecify.annotations.NullMarked;
