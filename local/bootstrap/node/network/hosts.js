'use strict';
const net = require('node:net');

const AWS = /(^|\.)(amazonaws\.(com(\.cn)?|eu)|amazonwebservices\.com\.cn|api\.aws|on\.aws)$/;

let metadata;

/** The addresses of the metadata services of Amazon EC2, Amazon ECS and Amazon EKS. Recognizes IPv4 addresses that are mapped to IPv6 as well. */
function metadataAddresses() {
  if (metadata) return metadata;
  metadata = new net.BlockList();
  metadata.addSubnet('169.254.0.0', 16, 'ipv4');
  metadata.addSubnet('fd00:ec2::', 32, 'ipv6');
  return metadata;
}

/** A host name as in the host table: a trailing dot, and the case, make no difference to DNS. */
exports.normalize = host => host.toLowerCase().replace(/\.+$/, '');

exports.isAws = host => AWS.test(exports.normalize(host));

/** @returns false for a name that is not an IP address */
exports.isMetadataAddress = address => {
  // Without the zone of an IPv6 address.
  const [plain] = address.split('%');
  const version = net.isIP(plain);
  return version !== 0 && metadataAddresses().check(plain, `ipv${version}`);
};
